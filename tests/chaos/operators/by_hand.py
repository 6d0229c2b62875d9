"""Records that somebody writes by hand into topics of the engine, to see whether they work."""

from __future__ import annotations

from confluent_kafka import Producer

from tests.chaos.operators.trial import Trial
from tests.system.rig import Rig

KEY = b"test"


def into_the_changelog(trial: Trial) -> None:
    """What this release cannot read may be of a later one: it stops with the place of that record, at each start."""
    rig = trial.rig
    _lived(trial)
    _write(rig, rig.changelog, KEY, b"hello", b"")
    for _ in range(2):
        trial.stops(trial.start(), rig.changelog, "partition 0", "offset", "tombstone")
    trial.doctor()
    trial.sound_so_far()


def tombstone_into_the_changelog(trial: Trial) -> None:
    """A tombstone, which takes such a record back, is no harm."""
    rig = trial.rig
    _lived(trial)
    _write(rig, rig.changelog, KEY, None)
    _lived(trial)
    trial.sound()


def into_the_rules(trial: Trial) -> None:
    """It does not count, running or at a start, and is told."""
    rig = trial.rig
    with trial.feed():
        worker = trial.running()
        trial.progress()
        _write(rig, rig.rules, None, b"hello", b"", None)
        trial.said(worker, "rules_record_passed_over")
        trial.progress()
        trial.leave(worker)
        worker = trial.running()
        trial.progress()
    rig.wait_processed(within=60)
    trial.leave(worker)
    trial.sound()


def _lived(trial: Trial) -> None:
    """A life of a worker, from which there is a state."""
    worker = trial.running()
    trial.write(300)
    trial.rig.wait_processed()
    trial.leave(worker)


def _write(rig: Rig, topic: str, key: bytes | None, *values: bytes | None) -> None:
    producer = Producer({"bootstrap.servers": rig.bootstrap})
    for value in values:
        producer.produce(topic, value, key, 0)
    assert not producer.flush(30)
