"""The head of a topic is deleted: of the changelog, for which nothing stands in but a whole local store, and of the
input before it was read."""

from __future__ import annotations

import shutil

from confluent_kafka import KafkaError, KafkaException

from tests.chaos.operators.trial import Trial
from tests.system.rig import Rig
from tests.system.waiting import until


def truncate(rig: Rig, topic: str) -> None:
    """Delete all that is in a compacted topic, as cleanup.policy=delete for a minute does."""
    with rig.log(topic) as log:
        ends = log.ends()
    rig.configure(topic, {"cleanup.policy": "delete"})

    def deleted() -> bool:
        try:
            rig.delete_records(ends, topic)
        except KafkaException as raised:
            # The broker hears of the setting a moment later than its controller.
            if raised.args[0].code() != KafkaError.POLICY_VIOLATION:
                raise
            return False
        return True

    until(deleted, within=20, what=f"the head of {topic} is deleted")


def changelog_loses_its_head(trial: Trial) -> None:
    """With its local store the worker goes on, running and started again; without it, it stops."""
    rig = trial.rig
    with trial.feed():
        worker = trial.running()
        trial.progress()
        truncate(rig, rig.changelog)
        trial.doctor("cleanup.policy")
        rig.configure(rig.changelog, {"cleanup.policy": "compact"})
        trial.progress()
        trial.leave(worker)
        worker = trial.running()
        trial.said(worker, "changelog_truncated")
        trial.progress()
    rig.wait_processed(within=60)
    trial.leave(worker)
    trial.all_sound("with the store")
    shutil.rmtree(rig.state_of("w"))
    trial.stops(trial.start(), rig.changelog, "was truncated", "begins at offset", "backup")
    trial.sound_so_far("without it")


def changelog_loses_its_head_beyond_a_backup(trial: Trial) -> None:
    """A backup of the state directory from before the truncation cannot stand in for what came between."""
    rig = trial.rig
    worker = trial.running()
    trial.write(400)
    rig.wait_processed()
    trial.leave(worker)
    shutil.copytree(rig.state_of("w"), rig.directory / "backup")
    worker = trial.running()
    trial.write(400)
    rig.wait_processed()
    truncate(rig, rig.changelog)
    rig.configure(rig.changelog, {"cleanup.policy": "compact"})
    trial.write(400)
    rig.wait_processed()
    trial.leave(worker)
    shutil.rmtree(rig.state_of("w"))
    shutil.copytree(rig.directory / "backup", rig.state_of("w"))
    trial.stops(trial.start(), rig.changelog, "was truncated")
    trial.sound_so_far()


def input_loses_what_is_unread(trial: Trial) -> None:
    """Retention is set so short that records go before a paused worker has read them: it stops with the gap."""
    rig = trial.rig
    worker = trial.running()
    trial.write(300)
    rig.wait_processed()
    worker.pause()
    trial.write(600)
    with rig.log(rig.inputs) as log:
        rig.delete_records(log.ends())
    worker.wake()
    trial.write(300)
    trial.stops(worker, rig.inputs, "records were deleted before they were read", "--accept-gap")
    trial.stops(trial.start(), rig.inputs, "records were deleted before they were read", "--accept-gap")
