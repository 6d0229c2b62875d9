"""Row `email`: `cairn run email` to a mail server that only takes messages."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from schemas.delivery import EmailTo
from tests.bench.child import ChildProcess
from tests.bench.dispatched_line import dispatched_line
from tests.bench.dispatcher import Dispatcher, dispatched
from tests.bench.failure import BenchError
from tests.bench.ground import Ground
from tests.bench.sizes import Sizes
from tests.bench.smtp_sink import postfix_sink
from tests.bench.table import Line
from tests.bench.target import at_least

MAILBOXES = 10_000
START = 10.0
"""Seconds that a sink may take to listen."""


def email_lines(ground: Ground, sizes: Sizes) -> list[Line]:
    """Measure so many rounds; dispatcher and sink are a process each.

    Raises:
        BenchError: a message was not delivered.
    """
    with _sink() as (name, port):
        dispatcher = Dispatcher("email", {"email": email_settings(port)}, {})
        mailboxes = [EmailTo(address=f"contact{number}@example.com") for number in range(MAILBOXES)]
        runs = [dispatched(ground, dispatcher, mailboxes, sizes.emails) for _ in range(sizes.repeats)]
    what = f"email: `cairn run email`, from record to receipt, to {name}"
    return [dispatched_line(what, runs, at_least(2_000, "2,000 messages/s"))]


def email_settings(port: int) -> dict[str, object]:
    """Return the section `email` for a mail server on this machine."""
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_tls": "none",
        "sender": "hello@acme.example",
        "postal_address": "Acme Boards, 1 Cairn Way, 75001 Paris",
    }


@contextmanager
def _sink() -> Iterator[tuple[str, int]]:
    """Run Postfix's `smtp-sink` where it is installed, else ours; yields its name and port."""
    postfix = postfix_sink()
    if postfix is None:
        with ChildProcess([sys.executable, "-m", "tests.bench.smtp_sink"]) as sink:
            yield "a sink of our own", sink.line()["port"]
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    # Root it refuses to serve as; 256 is its backlog.
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with ChildProcess([postfix, *user, f"127.0.0.1:{port}", "256"]):
        _wait_for(port)
        yield "smtp-sink", port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), START).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise BenchError(f"smtp-sink did not listen within {START:.0f} s") from None
            time.sleep(0.05)
        else:
            return
