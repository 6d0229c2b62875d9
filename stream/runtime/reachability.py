"""Can a TCP connection be made to these addresses, and if not, why not?"""

import errno
import re
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_ADDRESS = re.compile(r"(?:\w+://)?(?P<host>\[[0-9A-Fa-f:.%]+\]|[^:\[\]/\s]+)(?::(?P<port>[0-9]{1,5}))?")
_DEFAULT_PORT = 9092


class Obstacle(StrEnum):
    """Why an address cannot be reached."""

    MALFORMED = "malformed"
    UNKNOWN_HOST = "unknown_host"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Knock:
    """One address tried; `obstacle` is None when somebody opened. `text` is the reason in words."""

    address: str
    obstacle: Obstacle | None
    text: str


def split_address(address: str) -> tuple[str, int] | None:
    """Host and port of `host:port`, `[::1]:9092` or `SASL_SSL://host:port`; librdkafka's default port is
    9092. None if neither."""
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        return None
    host, port = match["host"].strip("[]"), int(match["port"] or _DEFAULT_PORT)
    return (host, port) if 0 < port < 65536 else None


def knock(addresses: Sequence[str], seconds: float) -> list[Knock]:
    """Try all addresses at once, at most `seconds` in all; returns as soon as one opens or every one has
    answered.

    Name resolution knows no time-out of its own, so each address has a thread, and one that does not come
    back is left behind.
    """
    results: dict[str, Knock] = {}
    changed = threading.Condition()

    def attempt(address: str) -> None:
        result = _attempt(address, seconds)
        with changed:
            results[address] = result
            changed.notify()

    for address in addresses:
        threading.Thread(target=attempt, args=(address,), name="knock", daemon=True).start()
    deadline = time.monotonic() + seconds
    with changed:
        changed.wait_for(
            lambda: len(results) == len(set(addresses)) or any(result.obstacle is None for result in results.values()),
            timeout=deadline - time.monotonic(),
        )
        late = f"no answer within {seconds:g} s"
        return [results.get(address, Knock(address, Obstacle.TIMEOUT, late)) for address in addresses]


def _attempt(address: str, seconds: float) -> Knock:
    place = split_address(address)
    if place is None:
        return Knock(address, Obstacle.MALFORMED, "it is not host:port")
    host, port = place
    try:
        socket.create_connection((host, port), timeout=seconds).close()
    except socket.gaierror:
        return Knock(address, Obstacle.UNKNOWN_HOST, f"the host name {host} is not known here")
    except ConnectionRefusedError:
        return Knock(address, Obstacle.REFUSED, "connection refused: nothing listens there")
    except TimeoutError:
        return Knock(address, Obstacle.TIMEOUT, f"no answer within {seconds:g} s")
    except (OSError, UnicodeError) as error:
        name = errno.errorcode.get(getattr(error, "errno", None) or 0, type(error).__name__)
        return Knock(address, Obstacle.NETWORK, f"{getattr(error, 'strerror', None) or error} ({name})")
    return Knock(address, None, "open")
