"""What separates the topics that are from the topics that should be, and which of it may be mended. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from deploy.cli.text import counted
from deploy.cli.topic_admin import TopicState


class Remedy(StrEnum):
    """What `cairn topics apply` does about a difference."""

    CREATE = "create"
    ALTER = "alter"
    REFUSED = "refused"


@dataclass(frozen=True)
class WantedTopic:
    """A topic as it should be. `replication` None leaves it to the broker; `why_fixed` says who rests on the count."""

    name: str
    partitions: int
    replication: int | None
    config: Mapping[str, str]
    why_fixed: str | None


@dataclass(frozen=True)
class Difference:
    """One thing about one topic that is not as it should be. `fix` is set where apply refuses."""

    topic: str
    what: str
    now: str
    wanted: str
    remedy: Remedy
    fix: str | None = None

    def document(self) -> dict[str, str | None]:
        """For --json."""
        return {
            "topic": self.topic,
            "what": self.what,
            "now": self.now,
            "wanted": self.wanted,
            "remedy": self.remedy.value,
            "fix": self.fix,
        }


def differences(wanted: Iterable[WantedTopic], found: Mapping[str, TopicState]) -> list[Difference]:
    """Everything that separates `found` from `wanted`, topic by topic in the order of `wanted`."""
    result: list[Difference] = []
    for topic in wanted:
        state = found.get(topic.name)
        if state is None:
            policy = topic.config.get("cleanup.policy", "delete")
            result.append(
                Difference(
                    topic.name, "topic", "missing", f"{counted(topic.partitions, 'partition')}, {policy}", Remedy.CREATE
                )
            )
            continue
        result += _partitions(topic, state)
        result += _replication(topic, state)
        result += _configs(topic, state)
    return result


def _partitions(topic: WantedTopic, state: TopicState) -> Iterable[Difference]:
    if state.partitions == topic.partitions:
        return
    now, wanted = str(state.partitions), str(topic.partitions)
    keep = f"set topics.partitions = {state.partitions} to go on with the count it has"
    if topic.why_fixed is not None:
        fix = f"{topic.why_fixed}; {keep}"
        yield Difference(topic.name, "partitions", now, wanted, Remedy.REFUSED, fix)
    elif state.partitions > topic.partitions:
        fix = f"Kafka cannot take partitions away; {keep}"
        yield Difference(topic.name, "partitions", now, wanted, Remedy.REFUSED, fix)
    else:
        yield Difference(topic.name, "partitions", now, wanted, Remedy.ALTER)


def _replication(topic: WantedTopic, state: TopicState) -> Iterable[Difference]:
    if topic.replication is None or state.replication == topic.replication:
        return
    fix = "move the replicas with kafka-reassign-partitions, or set topics.replication to what there is"
    yield Difference(topic.name, "replication", str(state.replication), str(topic.replication), Remedy.REFUSED, fix)


def _configs(topic: WantedTopic, state: TopicState) -> Iterable[Difference]:
    for key, value in sorted(topic.config.items()):
        now = state.config.get(key)
        if now is None or _canonical(key, now) != _canonical(key, value):
            yield Difference(topic.name, key, now or "unknown", value, Remedy.ALTER)


def _canonical(key: str, value: str) -> object:
    if key == "cleanup.policy":
        return frozenset(part.strip() for part in value.split(","))
    try:
        return float(value)
    except ValueError:
        return value.strip().lower()
