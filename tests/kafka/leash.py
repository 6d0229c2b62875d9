"""Ends a container when the process that started it is gone, even by SIGKILL."""

from __future__ import annotations

from typing import Any

_WATCH = ("sh", "-c", "cat >/dev/null; kill -TERM 1")


class Leash:
    """A program in the container that reads from us, and ends the container's first process when its input ends.

    testcontainers has a second container for this (Ryuk), of an image of its own and with rights over the engine. Here
    a shell does it, which every image of Kafka has: the kernel ends our connection with our process, and the engine
    then closes the program's input.

    container: docker-py's.

    Raises:
        docker.errors.APIError: the container does not run.
    """

    def __init__(self, container: Any) -> None:
        api = container.client.api
        watch = api.exec_create(container.id, _WATCH, stdin=True, stdout=False, stderr=False)
        # Held open by being referred to.
        self._socket = api.exec_start(watch["Id"], socket=True)

    def let_go(self) -> None:
        """Hang up: the container ends."""
        # A stream over a socket that docker-py leaves open.
        self._socket._sock.close()
        self._socket.close()
