"""A client on a raw socket that sends half of what it owes."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator


def rest(client: socket.socket) -> bytes:
    """What a client still hears until it is hung up on."""
    heard = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := client.recv(4096):
            heard += chunk
    return heard


@contextlib.contextmanager
def dripping(client: socket.socket) -> Iterator[None]:
    """A byte now and then, which is a sign of life and no request."""
    over = threading.Event()

    def drip() -> None:
        while not over.wait(0.05):
            try:
                client.sendall(b"x")
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
