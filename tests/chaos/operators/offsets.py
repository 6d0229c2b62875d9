"""What is done to the consumer group: offsets reset or deleted by hand, and somebody else who reads with it."""

from __future__ import annotations

import uuid

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, TopicPartition

from tests.chaos.operators.trial import Trial
from tests.system.rig import Rig
from tests.system.topic_log import ANSWER
from tests.system.waiting import until


def to_earliest(trial: Trial) -> None:
    """The state says where it is, and wins."""
    rig = trial.rig
    _stopped_with_work_done(trial)
    with rig.log(rig.inputs) as log:
        _reset(rig, log.starts())
    worker = trial.start().wait_owning(rig.partitions, within=60)
    trial.said(worker, "state_ahead_of_group")
    _goes_on(trial)


def to_latest(trial: Trial) -> None:
    """Records would be passed over: it stops, and skips nothing; set back, it goes on."""
    rig = trial.rig
    _stopped_with_work_done(trial)
    right = rig.committed()
    trial.write(600)
    with rig.log(rig.inputs) as log:
        _reset(rig, log.ends())
    trial.stops(trial.start(), "ends before the group's committed offsets", "moved by hand", "reset the group")
    trial.doctor()
    _reset(rig, right)
    _goes_on(trial)


def deleted(trial: Trial) -> None:
    """The whole group is deleted: the state says where it is."""
    rig = trial.rig
    _stopped_with_work_done(trial)
    until(lambda: not rig.members(), within=30, what="nobody is in the group")
    for future in rig.admin.delete_consumer_groups([rig.group], request_timeout=ANSWER).values():
        future.result(ANSWER)
    rig.reconnect()
    _goes_on(trial)


def a_stranger_reads_along(trial: Trial) -> None:
    """Somebody looks into usage-events with the tracker's group: what it was given it commits as read, and the worker
    that gets it back stops rather than pass over it."""
    rig = trial.rig
    with trial.feed():
        worker = trial.running()
        trial.progress()
        stranger = Consumer(
            {
                "bootstrap.servers": rig.bootstrap,
                "group.id": rig.group,
                "client.id": f"console-{uuid.uuid4().hex[:6]}",
                "partition.assignment.strategy": "cooperative-sticky",
                "auto.offset.reset": "latest",
                "enable.auto.commit": False,
                "session.timeout.ms": 6000,
            }
        )
        stranger.subscribe([rig.inputs])
        taken: list[object] = []

        def read() -> bool:
            taken.extend(each for each in stranger.consume(100, 0.1) if each.error() is None)
            return len(taken) > 20

        until(read, within=60, what="the stranger has read some records")
        stranger.commit(asynchronous=False)
        stranger.close()
        trial.stops(worker, "ends before the group's committed offsets", "moved by hand")
        trial.doctor()
    trial.ending.note("ended", f"the stranger passed over {len(taken)} records, the worker over none")


def _stopped_with_work_done(trial: Trial) -> None:
    worker = trial.running()
    trial.write(600)
    trial.rig.wait_processed()
    trial.leave(worker)


def _goes_on(trial: Trial) -> None:
    last = trial.rig.workers[-1]
    worker = last if last.exit is None else trial.start().wait_owning(trial.rig.partitions, within=60)
    trial.write(600)
    trial.rig.wait_processed(within=60)
    trial.note_metrics(worker)
    trial.leave(worker)
    trial.sound()


def _reset(rig: Rig, to: dict[int, int]) -> None:
    """As `kafka-consumer-groups --reset-offsets` does; the group must be at rest."""
    until(lambda: not rig.members(), within=30, what="nobody is in the group")
    wanted = [TopicPartition(rig.inputs, partition, offset) for partition, offset in to.items()]
    asked = rig.admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(rig.group, wanted)])
    for future in asked.values():
        future.result(ANSWER)
