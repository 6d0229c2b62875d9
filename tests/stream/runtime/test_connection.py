"""The first connection, against librdkafka's own mock brokers and sockets that misbehave."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka import Producer

from stream.runtime.client import ClientSettingsError
from stream.runtime.client_log import ClientLog
from stream.runtime.connection import CannotConnectError, Cluster, connect
from stream.runtime.exits import Exit
from stream.runtime.settings import Kafka, Settings


@pytest.fixture
def broker() -> Iterator[str]:
    """The address of a mock broker that answers metadata requests."""
    owner = Producer({"test.mock.num.brokers": 1, "logger": ClientLog("mock")})
    (found,) = owner.list_topics(timeout=10).brokers.values()
    yield f"{found.host}:{found.port}"
    owner.flush(1)


@pytest.fixture
def misbehaving() -> Iterator[Callable[[Callable[[socket.socket], None]], str]]:
    """Start a server that treats every connection so; gives its address."""
    servers: list[socket.socket] = []

    def start(treat: Callable[[socket.socket], None]) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                    with connection:
                        treat(connection)
                except OSError:
                    if server.fileno() < 0:
                        return

        threading.Thread(target=serve, daemon=True).start()
        return f"127.0.0.1:{server.getsockname()[1]}"

    yield start
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def dial(address: str, seconds: float = 10, **properties: str) -> Cluster:
    """Connect to this address with these properties (underscores for dots)."""
    given: dict[str, Any] = {name.replace("_", "."): value for name, value in properties.items()}
    return connect(
        Settings(kafka=Kafka.model_validate({"bootstrap_servers": address, "properties": given})),
        seconds=seconds,
    )


def refused(address: str, seconds: float = 10, **properties: str) -> CannotConnectError:
    """The error of a connection that must not come about."""
    with pytest.raises(CannotConnectError) as caught:
        dial(address, seconds, **properties)
    assert caught.value.exit == Exit.CANNOT_CONNECT
    assert caught.value.fix
    return caught.value


def test_a_broker_that_answers_says_who_it_is(broker: str) -> None:
    """Cluster id and advertised addresses, for `cairn doctor`."""
    cluster = dial(broker)

    assert cluster.brokers == (broker,)
    assert cluster.cluster_id


def test_one_broker_of_several_is_enough(broker: str) -> None:
    """A list is given so that one may be down."""
    assert dial(f"127.0.0.1:1,{broker}").brokers == (broker,)


def test_nobody_there_names_the_address_and_the_cure() -> None:
    """The commonest failure of all."""
    error = refused("127.0.0.1:1,nowhere.invalid:9092")

    assert "127.0.0.1:1: connection refused" in error.what
    assert "nowhere.invalid is not known" in error.what
    assert "KAFKA_BOOTSTRAP_SERVERS" in (error.fix or "")


def test_tls_to_a_plain_listener_is_recognised(broker: str) -> None:
    """Long before any time-out."""
    assert "we speak TLS" in refused(broker, security_protocol="SSL").what


def test_a_server_that_hangs_up_is_taken_for_a_secured_listener(
    misbehaving: Callable[[Callable[[socket.socket], None]], str],
) -> None:
    """What a TLS listener does to a plain request, and any other server too."""

    def hang_up(connection: socket.socket) -> None:
        connection.recv(64)

    assert "hung up" in refused(misbehaving(hang_up)).what


def test_a_server_that_stays_silent_is_given_up_in_time(
    misbehaving: Callable[[Callable[[socket.socket], None]], str],
) -> None:
    """Somebody listens who is no broker, or one that is stuck."""

    def swallow(connection: socket.socket) -> None:
        while connection.recv(4096):
            pass

    assert "did not answer in time" in refused(misbehaving(swallow), seconds=1).what


def test_brokers_that_advertise_another_address_are_told_from_brokers_that_are_down(broker: str) -> None:
    """The first answer comes, and nothing after it: the trap of Docker and of forwarded ports."""
    port = int(broker.rpartition(":")[2])
    real, elsewhere = (b"127.0.0.1" + number.to_bytes(4, "big") for number in (port, 1))
    server = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while some := source.recv(65536):
                target.sendall(some.replace(real, elsewhere))

    def forward() -> None:
        server.accept()[0].close()  # the knock
        connection, _ = server.accept()
        with connection, socket.create_connection(("127.0.0.1", port)) as upstream:
            threading.Thread(target=pump, args=(connection, upstream), daemon=True).start()
            pump(upstream, connection)

    threading.Thread(target=forward, daemon=True).start()
    with server:
        error = refused(f"127.0.0.1:{server.getsockname()[1]}", seconds=3)

    assert "advertises addresses that cannot be reached: 127.0.0.1:1" in error.what
    assert error.where == "advertised.listeners of the broker"


def test_settings_that_make_no_client_are_a_usage_error(broker: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A missing CA file is not a broker that is down, and says so in our words only."""
    with pytest.raises(ClientSettingsError, match=r"ssl\.ca\.location") as caught:
        dial(broker, security_protocol="SSL", ssl_ca_location="/nowhere/ca.pem")

    assert caught.value.exit == Exit.USAGE
    assert capfd.readouterr().err == ""
