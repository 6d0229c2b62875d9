"""Ports on the loopback interface."""

import secrets
import socket

from deploy.broker.errors import BrokerError

HOST = "127.0.0.1"

# Below the range from which Linux and macOS take the ports of outgoing connections: a client that dials a
# broker which is restarting could be given the broker's own port there, connect to itself, and keep the
# broker from binding it again.
FIRST, COUNT = 20_000, 10_000


def is_free(port: int) -> bool:
    """True if a server could listen on the port now."""
    with socket.socket() as probe:
        # As the JVM does it: a connection of the last broker that lingers in TIME_WAIT is no reason to
        # refuse.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port that nobody listens on. Somebody may take it before you do: be ready to ask again."""
    for _ in range(200):
        port = FIRST + secrets.randbelow(COUNT)
        if is_free(port):
            return port
    raise BrokerError(
        f"no free port between {FIRST} and {FIRST + COUNT} on {HOST}",
        fix="stop what holds them, or name a port yourself with --port",
    )


def taken(port: int) -> BrokerError:
    """What to say when a port that was asked for is held by another program."""
    return BrokerError(
        f"port {port} is taken by another program",
        where=f"{HOST}:{port}",
        fix=f"name another port, or 0 to have one picked; `lsof -i :{port}` shows who holds it",
    )
