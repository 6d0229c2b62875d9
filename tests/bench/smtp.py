"""Row `email`: messages per second from one sender to a mail server that only takes them."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.child import ChildProcess, result_of
from tests.bench.failure import BenchError
from tests.bench.sizes import Sizes
from tests.bench.smtp_sink import postfix_sink
from tests.bench.summary import median
from tests.bench.table import Line
from tests.bench.target import at_least

IN_FLIGHT = 16
"""The default of `email.in_flight`; each message under way has a connection of its own."""
START = 10.0
"""Seconds that a sink may take to listen."""


def email_lines(sizes: Sizes) -> list[Line]:
    """Measure so many rounds; sender and sink are a process each.

    Raises:
        BenchError: a message was not delivered.
    """
    rates, costs = [], []
    with _sink() as (name, port):
        order = {"port": port, "messages": sizes.emails, "in_flight": IN_FLIGHT}
        for _ in range(sizes.repeats):
            found = result_of([sys.executable, "-m", "tests.bench.smtp_sender", json.dumps(order)])
            if found["delivered"] != sizes.emails:
                raise BenchError(f"{found['delivered']} of {sizes.emails} messages were delivered")
            rates.append(sizes.emails / found["seconds"])
            costs.append(found["cpu"] / sizes.emails * 1e6)
    target = at_least(1_000, "1,000 messages/s")
    rate = median(rates)
    return [
        Line(
            f"email: messages of 20 KB to {name}, {IN_FLIGHT} in flight",
            target.text,
            f"{rate:,.0f} messages/s, {median(costs):,.0f} us CPU per message",
            "",
            target.verdict(rate),
        )
    ]


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
