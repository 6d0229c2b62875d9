import socket
from collections.abc import Iterator

import pytest

from stream.runtime.reachability import Obstacle, knock, split_address


@pytest.fixture
def listener() -> Iterator[str]:
    """An address where somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def closed() -> str:
    """An address of this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("kafka:9093", ("kafka", 9093)),
        ("kafka", ("kafka", 9092)),
        ("SASL_SSL://kafka:9093", ("kafka", 9093)),
        ("[::1]:9093", ("::1", 9093)),
        ("[::1]", ("::1", 9092)),
        ("kafka:port", None),
        ("kafka:0", None),
        ("kafka:70000", None),
        ("", None),
    ],
)
def test_addresses_are_read_as_librdkafka_reads_them(address: str, place: tuple[str, int] | None) -> None:
    """Host and port, with librdkafka's default port."""
    assert split_address(address) == place


def test_an_open_door_has_no_obstacle(listener: str) -> None:
    """Somebody took the connection."""
    (result,) = knock([listener], 5)

    assert result.obstacle is None


def test_each_closed_door_says_why(closed: str) -> None:
    """Refused, unknown and malformed call for different cures."""
    results = knock([closed, "nowhere.invalid:9092", "localhost:port"], 5)

    expected = [Obstacle.REFUSED, Obstacle.UNKNOWN_HOST, Obstacle.MALFORMED]
    assert [result.obstacle for result in results] == expected


def test_one_open_door_is_enough(listener: str, closed: str) -> None:
    """A list of brokers works while one of them is there."""
    results = knock([closed, listener], 5)

    assert any(result.obstacle is None for result in results)
