"""How many contacts are past a milestone before it comes, counted from the tracker's changelog."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from deploy.cli.condition_words import when
from deploy.cli.rules.change import OR_A_MULTIPLE, Change, Kind, Past
from deploy.cli.ticker import Ticker
from deploy.cli.topic_records import TopicRecords
from schemas.milestones.condition import AllOf, Anniversary
from schemas.milestones.expand import Milestone, expand
from schemas.rules import RulesVersion
from stream.core.anniversary import occurrences_due
from stream.core.progress import Progress
from stream.core.rules import Rules, compile_rules
from stream.core.sweep import is_on_record
from stream.engine.rows import newer_format
from stream.tracker.topology import PROGRESS_TABLE, tracker_topology

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from deploy.cli.output import Output
    from schemas.record import Record
    from stream.engine.topology import Topology
    from stream.runtime.settings import Settings

IsPast = Callable[[Progress], bool]
"""Whether a contact is past a milestone and has not reached it on record."""


def newcomers(previous: RulesVersion, version: RulesVersion) -> list[Milestone]:
    """Return the milestones that somebody may be past when `version` comes.

    They are those that are active for the first time or again, under another condition, or to be recorded from now on,
    on a metric that has counted before; and anniversaries under another condition.
    """
    before = {each.id: _terms(each) for each in expand(previous.document)}
    active = {each.id for each in expand(previous.document) if each.entry.status == "active"}
    found = []
    for milestone in expand(version.document):
        adopted = previous.adoption.milestones.get(milestone.id)
        is_new = adopted is None or adopted.first_applied_ms is None
        is_other = before.get(milestone.id, _terms(milestone)) != _terms(milestone)
        is_back = milestone.id not in active
        if (
            milestone.entry.status == "active"
            and (is_new or is_other or is_back)
            and _has_counted(previous, version, milestone)
        ):
            found.append(milestone)
    return found


def count_past(
    clients: Clients,
    settings: Settings,
    out: Output,
    previous: RulesVersion,
    version: RulesVersion,
    milestones: Sequence[Milestone],
) -> dict[str, Past] | None:
    """Return for each of `milestones`, by id, how many contacts are past it; None when there is no changelog.

    Reads the whole changelog, one partition after the other, and tells on standard error how far it is.

    Raises:
        CairnError: exit 3 for a row format of a newer release, 4 when reading fails.
    """
    topology = tracker_topology(settings.topics.prefix, settings.tracker.app_id)
    if topology.changelog not in clients.cluster.topics:
        return None
    conditions = [*conditions_of(version, milestones), *standing_of(version, milestones)]
    totals = [0] * len(conditions)
    with closing(TopicRecords(clients, topology.changelog)) as changelog:
        spans = changelog.spans()
        rows = sum(span.high - span.low for span in spans.values())
        ticker = Ticker(out, lambda step: f"counting who is past them: {step:,} of about {rows:,} rows read")
        # One at a time: who is past something must be remembered until the partition ends.
        for partition, span in spans.items():
            for mask in past_in(_told(changelog.read({partition: span}), ticker), conditions, topology).values():
                for place in range(len(conditions)):
                    totals[place] += mask >> place & 1
    count = len(milestones)
    return {
        milestone.id: past_of(previous, milestone, totals[place], totals[count + place])
        for place, milestone in enumerate(milestones)
    }


def past_of(previous: RulesVersion, milestone: Milestone, past: int, standing: int) -> Past:
    """Put together who is past a milestone and who stands there already, as `conditions_of` and `standing_of` tell."""
    adopted = previous.adoption.milestones.get(milestone.id)
    known = adopted is not None and adopted.first_applied_ms is not None
    recorded = milestone.entry.adoption == "record_only"
    if known and milestone.every is not None:
        return Past(past, _threshold(milestone), recorded, going_on=standing)
    return Past(past, _threshold(milestone), recorded, reached=standing if known else None)


def conditions_of(version: RulesVersion, milestones: Sequence[Milestone]) -> list[IsPast]:
    """Return what makes a contact past each of these milestones of `version`."""
    rules = compile_rules(version.document, version.adoption)
    return [_condition(rules, milestone) for milestone in milestones]


def standing_of(version: RulesVersion, milestones: Sequence[Milestone]) -> list[IsPast]:
    """Return what tells that a contact has reached each of these milestones before; of `every N`, that it stands at N
    or above, for it goes on from there whatever it has reached."""
    rules = compile_rules(version.document, version.adoption)
    return [_standing(rules, milestone) for milestone in milestones]


def _standing(rules: Rules, milestone: Milestone) -> IsPast:
    number = rules.goals[milestone.id].number
    if milestone.metric is None or milestone.every is None:
        return lambda row: row.occurrence(number) > 0
    step, every = rules.steps[milestone.metric], milestone.every
    return lambda row: step.high(row) >= every


def past_in(records: Iterable[Record], conditions: Sequence[IsPast], topology: Topology) -> dict[bytes, int]:
    """Return the contacts, by row key, whose last row is past something: bit n stands for condition n."""
    prefix, decode = PROGRESS_TABLE.prefix_bytes, PROGRESS_TABLE.codec.decode
    past: dict[bytes, int] = {}
    for record in records:
        key, value = record.key(), record.value()
        if key is None or not key.startswith(prefix):
            continue
        mask = 0
        if value is not None:
            if value[0] not in topology.formats.reads:
                raise newer_format(PROGRESS_TABLE.name, value[0], topology.formats)
            row = decode(value[1:])
            for place, is_past in enumerate(conditions):
                mask |= is_past(row) << place
        # The last row counts: after a refund a mark stays, but an erased contact is gone.
        if mask:
            past[key] = mask
        else:
            past.pop(key, None)
    return past


def with_past(changes: Iterable[Change], past: dict[str, Past]) -> list[Change]:
    """Return the changes, those of milestones with who is past them."""
    return [
        change.counted(past.get(change.name))
        if change.subject == "milestone" and change.kind is not Kind.REMOVED
        else change
        for change in changes
    ]


def _terms(milestone: Milestone) -> tuple[str, bool]:
    return when(milestone), milestone.entry.adoption == "record_only"


def _has_counted(previous: RulesVersion, version: RulesVersion, milestone: Milestone) -> bool:
    if milestone.metric is None:
        # Of a composite, members may be reached; of an anniversary, dates may be past that were still ahead before.
        return isinstance(milestone.condition, AllOf) or milestone.id in previous.adoption.milestones
    return f"{milestone.metric}/{version.document.metrics[milestone.metric].kind}" in previous.adoption.metrics


def _condition(rules: Rules, milestone: Milestone) -> IsPast:
    number = rules.goals[milestone.id].number
    if isinstance(milestone.condition, Anniversary):
        return _anniversary(rules, number)
    if milestone.metric is None:
        composite = next(each for each in rules.composites if each.goal.number == number)
        return lambda row: not row.occurrence(number) and composite.is_complete(row)
    step = rules.steps[milestone.metric]
    if milestone.every is not None:
        every, goal = milestone.every, rules.goals[milestone.id]
        return lambda row: step.high(row) // every > row.occurrence(number) and not is_on_record(goal, row)
    threshold = milestone.threshold or 0
    return lambda row: step.high(row) >= threshold and not row.occurrence(number)


def _anniversary(rules: Rules, number: int) -> IsPast:
    """Whether a date was due before the milestone came into force with its condition, and is not reached on record."""
    anniversary = next(each for each in rules.anniversaries if each.goal.number == number)

    def is_past(row: Progress) -> bool:
        if row.signed_up_ms is None or row.occurrence(number):
            return False
        zone = row.zone or rules.zone
        return occurrences_due(row.signed_up_ms, anniversary.after, anniversary.goal.since_ms - 1, zone) > 0

    return is_past


def _threshold(milestone: Milestone) -> str:
    if milestone.every is not None:
        return f"{milestone.every:,}{OR_A_MULTIPLE}"
    if isinstance(milestone.condition, Anniversary):
        return f"{milestone.condition.after} after sign-up"
    return "all of its members" if milestone.threshold is None else f"{milestone.threshold:,}"


def _told(records: Iterator[Record], ticker: Ticker) -> Iterator[Record]:
    for record in records:
        ticker.step()
        yield record
