"""`cairn broker`: a real Kafka on this machine, for trying things."""

from __future__ import annotations

import signal
import sys
import time
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

_LOOK_EVERY = 0.2
"""Seconds between two looks at whether the broker still runs."""
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


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
    kafka = EmbeddedKafka(data_dir=data, port=port, on_progress=progress)
    try:
        with _every_end_like_ctrl_c(), kafka, announced(kafka.bootstrap_servers):
            progress.end()
            _tell(invocation, kafka, kept=data is not None)
            while kafka.alive:
                time.sleep(_LOOK_EVERY)
            raise kafka.failure()
    except KeyboardInterrupt:
        progress.end()
        return Exit.OK


@contextmanager
def _every_end_like_ctrl_c() -> Iterator[None]:
    """SIGTERM and a closed terminal raise KeyboardInterrupt while the block runs, in the middle of a download too."""
    before = {number: signal.getsignal(number) for number in _ENDING}
    if before[signal.SIGHUP] is signal.SIG_IGN:
        del before[signal.SIGHUP]  # started by nohup: to outlive its terminal
    for number in before:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(invocation: Invocation, kafka: EmbeddedKafka, *, kept: bool) -> None:
    out, address = invocation.out, kafka.bootstrap_servers
    if invocation.as_json:
        out.document(
            {
                "bootstrap_servers": address,
                "pid": kafka.pid,
                "data_dir": str(kafka.data_dir),
                "log": str(kafka.log_path),
            }
        )
    else:
        out.line(f"Apache Kafka runs at {address} until Ctrl-C. In another terminal:")
        out.line(f"  export KAFKA_BOOTSTRAP_SERVERS={address}")
        out.line(f"  data: {kafka.data_dir if kept else 'a temporary directory, removed at the end (--data keeps it)'}")
        out.line(f"  log:  {kafka.log_path}")
    sys.stdout.flush()
