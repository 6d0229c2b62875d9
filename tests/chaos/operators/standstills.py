"""What keeps a worker from its work from outside: a transaction that somebody left open, brokers that are away, a
clock."""

from __future__ import annotations

import os
import signal

from confluent_kafka import Producer

from stream.runtime.metrics import DEAD_LETTERS
from tests.chaos.operators.trial import Trial
from tests.system.usage import Usage
from tests.system.waiting import until

DAY = 86_400.0


def hanging_transaction(trial: Trial) -> None:
    """An application opened a transaction on usage-events and never ended it: nobody may read beyond, and the worker
    says where."""
    rig = trial.rig
    worker = trial.running()
    trial.write(300)
    rig.wait_processed()
    hanging = Producer(
        {
            "bootstrap.servers": rig.bootstrap,
            "transactional.id": f"{rig.prefix}application",
            "transaction.timeout.ms": 600_000,
            "partitioner": "murmur2_random",
        }
    )
    hanging.init_transactions(30)
    hanging.begin_transaction()
    for number in range(60):
        event = Usage(f"contact-{number}", f"never-{number}", value=1000)
        hanging.produce(rig.inputs, event.encode(), event.contact.encode())
    hanging.flush(30)
    trial.write(600)
    trial.stalls(worker, "records wait", rig.inputs)
    trial.doctor()
    hanging.abort_transaction(30)
    trial.heals(worker)
    trial.write(100)
    rig.wait_processed(within=60)
    trial.leave(worker)
    trial.sound("after its end")


def broker_away(trial: Trial) -> None:
    """Longer than the bound: not ready and why; when it is back, ready without a hand."""
    rig = trial.rig
    worker = trial.running()
    trial.write(400)
    rig.wait_processed()
    trial.broker.kill()
    trial.stalls(worker, "no broker has answered")
    trial.broker.restart()
    rig.reconnect()
    trial.write(400)
    rig.wait_processed(within=120)
    trial.heals(worker)
    trial.leave(worker)
    trial.sound("after its return")


def broker_frozen(trial: Trial) -> None:
    """Its machine is paused for a snapshot: connections stand, and nobody answers."""
    rig = trial.rig
    worker = trial.running()
    trial.write(400)
    rig.wait_processed()
    os.kill(trial.broker.pid, signal.SIGSTOP)
    try:
        trial.stalls(worker, "no broker has answered")
    finally:
        os.kill(trial.broker.pid, signal.SIGCONT)
    rig.reconnect()
    trial.write(400)
    rig.wait_processed(within=120)
    trial.heals(worker)
    trial.leave(worker)
    trial.sound("after it woke")


def clock_ahead(trial: Trial) -> None:
    """A worker's clock leaps a year ahead, and is right again after a restart: moments come from records."""
    _clock(trial, 365 * DAY)


def clock_slightly_behind(trial: Trial) -> None:
    """Five minutes, as a machine without NTP has soon: within what events may be ahead."""
    _clock(trial, -300.0)


def clock_far_behind(trial: Trial) -> None:
    """A day behind, every event comes from the future: refused with that reason, one by one, and none in silence."""
    rig = trial.rig
    worker = trial.running(mischief={"clock": -DAY})
    trial.write(300)
    rig.wait_processed()
    until(
        lambda: worker.counted(DEAD_LETTERS.name) == trial.written,
        within=20,
        what="the metric counts every event as refused",
    )
    trial.note_metrics(worker)
    trial.leave(worker)
    with rig.log(rig.letters) as log:
        letters = log.read_all()
    codes = {dict(each.headers())["cairn-error-code"].decode() for each in letters}
    trial.require(len(letters) == trial.written, f"{len(letters)} dead letters of {trial.written} events")
    trial.require(codes == {"time_in_future"}, f"refused as {sorted(codes)}")
    trial.ending.note("ended", f"{len(letters)} of {trial.written} events refused: {', '.join(sorted(codes))}")
    trial.doctor("rejected record")


def _clock(trial: Trial, by: float) -> None:
    rig = trial.rig
    with trial.feed():
        worker = trial.running(mischief={"clock": by, "clock_after": 3.0})
        trial.progress(1200)
        trial.leave(worker)
        worker = trial.running()
        trial.progress()
    rig.wait_processed(within=60)
    trial.note_metrics(worker)
    trial.leave(worker)
    trial.sound()
