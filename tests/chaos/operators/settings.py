"""Settings of topics that are changed under a running worker: sizes, clean-up, replicas."""

from __future__ import annotations

from stream.runtime.metrics import ABORTS
from tests.chaos.operators.trial import Trial
from tests.system.usage import Usage

NARROW = "4000"
"""Bytes: more than the largest row, less than a batch under load, which is compressed."""
NARROW_LETTERS = "16000"
"""Bytes: less than a large event, more than what stands for one that does not fit."""
TOO_NARROW = "100"
"""Bytes: less than a row with its key."""


def changelog_narrowed(trial: Trial) -> None:
    """Batches shrink to what the topic takes: an abort or two, then on."""
    _narrowed(trial, trial.rig.changelog)


def crossed_narrowed(trial: Trial) -> None:
    """The same for the output."""
    _narrowed(trial, trial.rig.crossed)


def dead_letters_narrowed(trial: Trial) -> None:
    """The same for a dead-letter topic; what does not fit becomes a pointer to itself."""
    rig = trial.rig
    worker = trial.running()
    worker.pause()
    rig.configure(rig.letters, {"max.message.bytes": NARROW_LETTERS})
    for number in range(40):
        rig.usage.put(b'{"broken": "' + b"x" * 20_000 + b'"', f"c-{number}".encode())
    rig.usage.flush()
    worker.wake()
    rig.wait_processed(within=60)
    trial.note_metrics(worker)
    trial.doctor("max.message.bytes")
    trial.leave(worker)
    with rig.log(rig.letters) as log:
        letters = log.read_all()
    codes = sorted({dict(each.headers())["cairn-error-code"].decode() for each in letters})
    trial.ending.note("ended", f"40 refused events, {len(letters)} dead letters ({', '.join(codes)})")
    trial.require(len(letters) == 40, f"{len(letters)} dead letters of 40 refused events")


def changelog_too_narrow(trial: Trial) -> None:
    """No row fits any more: it stops with the topic; set back, it goes on."""
    _too_narrow(trial, trial.rig.changelog)


def crossed_too_narrow(trial: Trial) -> None:
    """The same for the output."""
    _too_narrow(trial, trial.rig.crossed)


def without_replicas(trial: Trial) -> None:
    """min.insync.replicas of 2 where a topic has one replica: Kafka asks for no more than there are."""
    for topic in (trial.rig.changelog, trial.rig.crossed):
        trial.rig.configure(topic, {"min.insync.replicas": "2"})
    _goes_on(trial)


def output_compacted(trial: Trial) -> None:
    """The worker's work is not touched, but what it has said goes before everybody has read it: the doctor tells."""
    _told_by_doctor(trial, trial.rig.crossed, {"cleanup.policy": "compact"}, "cleanup.policy")


def output_short_lived(trial: Trial) -> None:
    """The same for a retention of a minute."""
    _told_by_doctor(trial, trial.rig.crossed, {"retention.ms": "60000"}, "retention.ms")


def input_compacted(trial: Trial) -> None:
    """Events of one contact replace each other, perhaps before they were counted: the doctor tells."""
    _told_by_doctor(trial, trial.rig.inputs, {"cleanup.policy": "compact"}, "cleanup.policy")


def log_append_time(trial: Trial) -> None:
    """Timestamps by the broker: nothing changes."""
    for topic in (trial.rig.inputs, trial.rig.changelog, trial.rig.crossed):
        trial.rig.configure(topic, {"message.timestamp.type": "LogAppendTime"})
    _goes_on(trial)


def letters_compacted(trial: Trial) -> None:
    """A compacted topic refuses records without a key, which dead letters may be: it stops with the topic."""
    rig = trial.rig
    with trial.feed():
        worker = trial.running()
        trial.progress()
        rig.configure(rig.letters, {"cleanup.policy": "compact"})
        trial.doctor("cleanup.policy")
        rig.usage.put(Usage("c-1", "e-without-key").encode(), None, 0)
        trial.stops(worker, rig.letters, "cleanup.policy", within=60)
        trial.stops(trial.start(), rig.letters, "cleanup.policy", within=60)
        rig.configure(rig.letters, {"cleanup.policy": "delete"})
        trial.start()
        trial.progress()
    trial.ending.note("ended", "set back: it goes on")


def _narrowed(trial: Trial, topic: str) -> None:
    rig = trial.rig
    worker = trial.running()
    trial.write(200)
    rig.wait_processed()
    worker.pause()
    trial.write(6000)
    rig.configure(topic, {"max.message.bytes": NARROW})
    worker.wake()
    rig.wait_processed(within=60)
    trial.note_metrics(worker)
    trial.require(worker.counted(ABORTS.name) > 0, "no batch was too large: it proves nothing")
    trial.heals(worker)
    trial.doctor("max.message.bytes")
    trial.leave(worker)
    trial.sound()


def _too_narrow(trial: Trial, topic: str) -> None:
    rig = trial.rig
    table = {rig.changelog: "1048576", rig.crossed: "1048576"}
    with trial.feed():
        worker = trial.running()
        trial.progress()
        rig.configure(topic, {"max.message.bytes": TOO_NARROW})
        trial.stops(
            worker, f"than its topic takes: {topic}", "MSG_SIZE_TOO_LARGE", "raise max.message.bytes", within=90
        )
        rig.configure(topic, {"max.message.bytes": table[topic]})
        worker = trial.running()
        trial.progress()
    rig.wait_processed(within=60)
    trial.leave(worker)
    trial.sound("after it was set back")


def _told_by_doctor(trial: Trial, topic: str, configs: dict[str, str | None], *words: str) -> None:
    trial.rig.configure(topic, configs)
    trial.doctor(topic.removeprefix(trial.rig.prefix), *words)
    _goes_on(trial)


def _goes_on(trial: Trial) -> None:
    worker = trial.running()
    trial.write(600)
    trial.rig.wait_processed(within=60)
    trial.note_metrics(worker)
    trial.leave(worker)
    trial.sound()
