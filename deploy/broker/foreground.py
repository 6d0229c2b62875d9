"""`cairn broker`: a Kafka in the foreground, for whoever wants to try things by hand."""

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from deploy.broker.announcement import announced
from deploy.broker.java import Jvm
from deploy.broker.kafka import EmbeddedKafka
from deploy.broker.locked_jar import JarsLock
from deploy.broker.progress import ProgressLine
from stream.runtime.exits import Exit

_ENDING = (signal.SIGTERM, signal.SIGHUP)


def run(
    data_dir: Path | str | None = None,
    port: int = 0,
    *,
    jvm: Jvm | None = None,
    as_json: bool = False,
    out: TextIO | None = None,
) -> Exit:
    """Start, say where it is and how to use it, serve until Ctrl-C or SIGTERM, stop. Call from the main
    thread.

    Progress goes to standard error. With `as_json`, what is said is one line of JSON on `out`. Raises
    `BrokerError` when the broker cannot start, or ends by itself.
    """
    stream = out if out is not None else sys.stdout
    line = ProgressLine()
    began = time.monotonic()
    broker = EmbeddedKafka(data_dir, port, on_progress=line, jvm=jvm)
    try:
        with _every_end_like_ctrl_c(), broker, announced(broker.bootstrap_servers):
            line.end()
            stream.write(_document(broker) if as_json else _words(broker, data_dir, time.monotonic() - began))
            stream.flush()
            while broker.alive:
                time.sleep(0.2)
            raise broker.failure()
    except KeyboardInterrupt:
        line.end()
        if not as_json:
            stream.write("stopped\n")
        return Exit.OK


def _words(broker: EmbeddedKafka, data_dir: Path | str | None, seconds: float) -> str:
    address = broker.bootstrap_servers
    data = (
        broker.data_dir if data_dir is not None else "a temporary directory, removed at the end (--data-dir keeps it)"
    )
    return (
        f"Apache Kafka {JarsLock.committed().kafka_version} is up on {address} ({seconds:.1f} s)\n"
        f"  use it     export KAFKA_BOOTSTRAP_SERVERS={address}\n"
        f"  or not     cairn events send finds it by itself, in any terminal of yours\n"
        f"  data       {data}\n"
        f"  log        {broker.log_path}\n"
        "Ctrl-C stops it.\n"
    )


def _document(broker: EmbeddedKafka) -> str:
    facts = {
        "bootstrap_servers": broker.bootstrap_servers,
        "pid": broker.pid,
        "data_dir": str(broker.data_dir),
        "log": str(broker.log_path),
    }
    return json.dumps(facts) + "\n"


@contextmanager
def _every_end_like_ctrl_c() -> Iterator[None]:
    """SIGTERM and a closed terminal raise KeyboardInterrupt while the block runs, at any point of a
    download too.
    """
    before = {number: signal.signal(number, signal.default_int_handler) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
