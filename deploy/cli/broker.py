"""`cairn broker`: a real Kafka on this machine, for trying things."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.broker import EmbeddedKafka

_LOOK_EVERY = 0.5
"""Seconds between two looks at whether the broker still runs."""


def register(app: typer.Typer) -> None:
    """Add the verb to `cairn`."""
    verb(app, "broker")(broker)


def broker(
    invocation: Invocation,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 picks a free one.")] = 9092,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="DIR", help="Keep topics here; without it they go with the broker.", show_default=False
        ),
    ] = None,
) -> Exit:
    """Run a real Apache Kafka until Ctrl-C, for trying things.

    One node; needs no Java and no Docker. `cairn events send` finds it by itself while no other brokers are configured.
    """
    from deploy.broker import EmbeddedKafka, ProgressLine, announced

    progress = ProgressLine()
    with EmbeddedKafka(data_dir=data, port=port, on_progress=progress) as kafka:
        progress.end()
        address = kafka.bootstrap_servers
        # Listening before the address is said: whoever reads it may tell us to stop at once.
        with _told_to_stop() as stopped, announced(address):
            if invocation.as_json:
                invocation.out.document(
                    {"bootstrap_servers": address, "pid": kafka.pid, "data_dir": str(kafka.data_dir)}
                )
            else:
                invocation.out.line(f"Apache Kafka runs at {address} until Ctrl-C. In another terminal:")
                invocation.out.line(f"  export KAFKA_BOOTSTRAP_SERVERS={address}")
            sys.stdout.flush()
            _watch(kafka, stopped)
    return Exit.OK


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """Set by Ctrl-C and SIGTERM, here the normal ways to end."""
    stopped = threading.Event()
    before = {number: signal.signal(number, lambda *_: stopped.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _watch(kafka: EmbeddedKafka, stopped: threading.Event) -> None:
    """Wait until told to stop; raises `BrokerError` when the broker ends by itself."""
    while not stopped.wait(_LOOK_EVERY):
        if not kafka.alive:
            raise kafka.failure()
