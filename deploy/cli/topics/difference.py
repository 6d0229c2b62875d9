"""What separates the topics that are from the topics that should be, and which of it may be mended. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from deploy.cli.text import counted
from deploy.cli.topic_admin import TopicState
from deploy.cli.topics import configs
from stream.engine.identity import recount_fix


class Remedy(StrEnum):
    """What `cairn topics apply` does about a difference."""

    CREATE = "create"
    ALTER = "alter"
    DELETE = "alter, deletes"
    """It deletes records, so apply wants to be told that it may."""
    REFUSED = "refused"


@dataclass(frozen=True)
class WantedTopic:
    """A topic as it should be. `replication` None leaves it to the broker; `why_fixed` says who rests on the count.

    `asked` names the configs whose value the user has chosen: what comes from us alone is a least or a most.
    `changelog`: the state of a role is made of it.
    """

    name: str
    partitions: int
    replication: int | None
    config: Mapping[str, str]
    why_fixed: str | None
    asked: frozenset[str] = frozenset()
    changelog: bool = False


@dataclass(frozen=True)
class Difference:
    """One thing about one topic that is not as it should be. `fix` is set where apply refuses.

    `fault`: the work rests on it, so no worker starts; else it is only not what was asked for.
    """

    topic: str
    what: str
    now: str
    wanted: str
    remedy: Remedy
    fix: str | None = None
    fault: bool = True

    def document(self) -> dict[str, str | bool | None]:
        """For --json."""
        return {
            "topic": self.topic,
            "what": self.what,
            "now": self.now,
            "wanted": self.wanted,
            "remedy": self.remedy.value,
            "fix": self.fix,
            "fault": self.fault,
        }


def differences(wanted: Iterable[WantedTopic], found: Mapping[str, TopicState]) -> list[Difference]:
    """Everything that separates `found` from `wanted`, topic by topic in the order of `wanted`."""
    result: list[Difference] = []
    wanted = [*wanted]
    usual = _usual_count(wanted, found)
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
        result += _partitions(topic, state, usual)
        result += _replication(topic, state)
        result += _configs(topic, state)
    return result


def _usual_count(wanted: Iterable[WantedTopic], found: Mapping[str, TopicState]) -> int | None:
    """The partition count that most topics have on whose count something rests; None where there are none."""
    counts = Counter(found[each.name].partitions for each in wanted if each.why_fixed and each.name in found)
    return counts.most_common(1)[0][0] if counts else None


def _partitions(topic: WantedTopic, state: TopicState, usual: int | None) -> Iterable[Difference]:
    """One topic that has another count than its like was changed; where all have it, the setting is another one."""
    if state.partitions == topic.partitions:
        return
    now, wanted = str(state.partitions), str(topic.partitions)
    keep = f"set topics.partitions = {state.partitions} to go on with the count it has"
    if topic.why_fixed is not None:
        added = "; if partitions were added to all topics, every contact has moved, and the workers say what to do"
        cure = recount_fix(topic.name, usual) if usual not in (None, state.partitions) else keep + added
        yield Difference(topic.name, "partitions", now, wanted, Remedy.REFUSED, f"{topic.why_fixed}; {cure}")
    elif state.partitions > topic.partitions == 1:
        fix = "make it anew with one partition, write its records again in their order, then `cairn topics accept`"
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
    found = {
        key: state.config.get(key)
        for key, value in topic.config.items()
        if not configs.suffices(key, state.config.get(key), value, exactly=key in topic.asked)
    }
    after = dict(state.config) | {key: topic.config[key] for key in found}
    deletes = configs.deletes(state.config, after)
    for key, now in sorted(found.items()):
        remedy = Remedy.DELETE if deletes and configs.is_about_keeping(key) else Remedy.ALTER
        fault = configs.is_needed(key) and not configs.suffices(key, now, topic.config[key], exactly=False)
        yield Difference(topic.name, key, now or "unknown", topic.config[key], remedy, fault=fault)
