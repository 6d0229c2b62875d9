"""One Kafka node in a container, by testcontainers, for as long as the process that asked for it lives."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from deploy.broker import server_properties
from deploy.broker.errors import BrokerError
from deploy.broker.ports import HOST, free_port
from deploy.broker.readiness import await_ready
from tests.kafka.leash import Leash

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

_START_S = 120.0
_TRIES = 4
_TAKEN = ("port is already allocated", "address already in use")
_TOPICS = Path("/var/lib/kafka/data")
_LOG_TAIL = 1_500


def environment(port: int, controller_port: int, host: str) -> dict[str, str]:
    """Return what the official image reads of its environment: KAFKA_ and the name of each broker setting.

    They are those of the embedded broker, so that what tests ask for (short sessions) is granted here too. The node
    listens on every interface of its container, and advertises where clients dial the published port.
    """
    settings = server_properties.settings(port, controller_port, _TOPICS) | {
        "listeners": f"PLAINTEXT://0.0.0.0:{port},CONTROLLER://{HOST}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{host}:{port}",
        "inter.broker.listener.name": "PLAINTEXT",
    }
    named = {f"KAFKA_{name.replace('.', '_').upper()}": value for name, value in settings.items()}
    return named | {"KAFKA_HEAP_OPTS": "-Xms512m -Xmx512m"}


class KafkaInContainer:
    """A node of `image`, which is configured as Kafka's official one is. Use as a context manager.

    Raises (on entering):
        BrokerError: no container engine answers, the image is not to be had, or Kafka does not serve.
    """

    def __init__(self, image: str) -> None:
        self._image = image
        self._host, self._port = HOST, 0
        self._container: DockerContainer | None = None
        self._leash: Leash | None = None

    @property
    def bootstrap_servers(self) -> str:
        """Where clients find it."""
        return f"{self._host}:{self._port}"

    @property
    def container_id(self) -> str:
        """Its id for the container engine."""
        if self._container is None:
            raise RuntimeError("the container is not started")
        return self._container.get_container_id()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _start(self) -> None:
        from docker.errors import APIError, DockerException

        for tries_left in reversed(range(_TRIES)):
            try:
                self._container = container = self._configured()
                container.start()
                self._leash = Leash(container.get_wrapped_container())
            except APIError as error:
                taken = any(each in str(error) for each in _TAKEN)
                if taken and tries_left:
                    self._end()
                    continue
                raise self._refused(error) from error
            except DockerException as error:
                raise self._refused(error) from error
            if not await_ready(self.bootstrap_servers, self._alive, _START_S):
                raise BrokerError(
                    f"Kafka does not serve on {self.bootstrap_servers}: {self._said()}",
                    where=f"a container of {self._image}",
                    fix="name another image with CAIRN_TEST_KAFKA_IMAGE, or leave CAIRN_TEST_KAFKA empty",
                )
            return

    def _configured(self) -> DockerContainer:
        from testcontainers.core.config import testcontainers_config
        from testcontainers.core.container import DockerContainer

        # The leash does its work, without a second image.
        testcontainers_config.ryuk_disabled = True
        container = DockerContainer(self._image).with_kwargs(auto_remove=True)
        engine = container.get_docker_client().host()
        local = engine == "localhost"
        self._host, self._port = HOST if local else engine, free_port()
        # One port inside and outside, for a broker advertises what clients dial; never to the network from here.
        container.ports[str(self._port)] = (HOST, self._port) if local else self._port  # type: ignore[assignment]
        return container.with_envs(**environment(self._port, free_port(), self._host))

    def _alive(self) -> bool:
        from docker.errors import DockerException

        if self._container is None:
            return False
        try:
            self._container.reload()
        except DockerException:
            return False
        return self._container.status == "running"

    def _said(self) -> str:
        from docker.errors import DockerException

        with contextlib.suppress(DockerException):
            if self._container is not None:
                out, err = self._container.get_logs()
                return (out + err).decode("utf-8", "replace").strip()[-_LOG_TAIL:]
        return "its container has ended"

    def _refused(self, error: Exception) -> BrokerError:
        return BrokerError(
            f"no container of Kafka: {error}",
            where=f"the container engine, image {self._image}",
            fix="`docker info` must answer and the image be there or to be had (CAIRN_TEST_KAFKA_IMAGE names another); "
            "or leave CAIRN_TEST_KAFKA empty for the embedded broker",
        )

    def _end(self) -> None:
        from docker.errors import DockerException

        if self._leash is not None:
            self._leash.let_go()
            self._leash = None
        if self._container is not None:
            # Its first process may have ended already, and the engine be about to remove it.
            with contextlib.suppress(DockerException):
                self._container.stop()
            self._container = None
