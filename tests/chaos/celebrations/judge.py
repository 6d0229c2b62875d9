"""The oracle of celebrations: written apart from planner and dispatchers, it looks only at what they left behind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from schemas.channel import CHANNELS
from schemas.delivery import Delivery, channel_of, place_of
from schemas.moment import parse_rfc3339
from tests.chaos.celebrations.evidence import Evidence

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """Faults in words, and figures for the report."""

    faults: tuple[str, ...] = ()
    figures: dict[str, int] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether every promise held."""
        return not self.faults

    def __str__(self) -> str:
        shown = ", ".join(f"{name} {value:,}" for name, value in self.figures.items())
        return "; ".join([shown, *self.faults])


def judge(evidence: Evidence) -> Verdict:
    """Compare. Right only when nothing is on its way any more."""
    faults = [
        *_decisions(evidence),
        *_attempts(evidence),
        *_endings(evidence),
        *_consent(evidence),
        *_arrivals(evidence),
    ]
    repeats = _repeats(evidence)
    if repeats > evidence.in_flight:
        faults.append(f"{repeats} messages came twice, and only {evidence.in_flight} can have been under way at a kill")
    outcomes = Counter[str](each.outcome for each in evidence.receipts)
    figures: dict[str, int] = {
        "crossings": len(evidence.crossings),
        "deliveries": len({each.id for each in evidence.deliveries}),
        "attempts": len(evidence.deliveries),
        "received": len(evidence.received),
        "repeats": repeats,
        "in_flight": evidence.in_flight,
    }
    figures |= sorted(outcomes.items())
    return Verdict(tuple(faults), figures)


def _decisions(evidence: Evidence) -> Iterator[str]:
    """One decision for each crossing and channel; deliveries only where it says yes."""
    said = Counter((each.subject_id, each.channel) for each in evidence.decisions)
    wanted = Counter((each.id, channel) for each in evidence.crossings for channel in CHANNELS)
    yield from _listed("crossings and channels without a decision", wanted - said)
    yield from _listed("decisions too many", said - wanted)
    yes = {each.id for each in evidence.decisions if each.send}
    yield from _listed(
        "deliveries without a yes", [each.id for each in evidence.deliveries if each.decision_id not in yes]
    )
    handed = {each.decision_id for each in evidence.deliveries}
    yield from _listed("yeses without a delivery", yes - handed)


def _attempts(evidence: Evidence) -> Iterator[str]:
    """Each attempt is released once, and they count from 1 without a gap."""
    attempts: dict[str, list[int]] = defaultdict(list)
    for each in evidence.deliveries:
        attempts[each.id].append(each.attempt)
    wrong = [name for name, numbers in attempts.items() if sorted(numbers) != [*range(1, len(numbers) + 1)]]
    yield from _listed("deliveries whose attempts are not 1, 2, 3", wrong)


def _endings(evidence: Evidence) -> Iterator[str]:
    """Every released delivery ends, and one that was deferred goes on or is given up: here only an unsubscription is a
    reason, for nothing waits long enough to be stale.
    """
    ended = {each.delivery_id for each in evidence.receipts if each.outcome != "deferred"}
    yield from _listed("deliveries without an end", {each.id for each in evidence.deliveries} - ended)
    given_up = [
        f"{each.delivery_id} ({each.code})"
        for each in evidence.receipts
        if each.outcome == "expired" and each.contact_id not in evidence.withdrawn_ms
    ]
    yield from _listed("deliveries given up although their contact agrees", given_up)
    known = {each.id for each in evidence.deliveries}
    yield from _listed("receipts of nothing", {each.delivery_id for each in evidence.receipts} - known)


def _consent(evidence: Evidence) -> Iterator[str]:
    """Guarantee G4: nothing is released after an unsubscription that Kafka had acknowledged."""
    late = [
        f"{each.id} to {each.contact_id}"
        for each in evidence.deliveries
        if parse_rfc3339(each.released_at) > evidence.withdrawn_ms.get(each.contact_id, 1 << 62)
    ]
    yield from _listed("deliveries released without consent", late)


def _arrivals(evidence: Evidence) -> Iterator[str]:
    """What a receipt calls sent has arrived; what arrived was released."""
    by_id: dict[str, Delivery] = {each.id: each for each in evidence.deliveries}
    sent = {each.delivery_id for each in evidence.receipts if each.outcome == "sent"}
    due = Counter(_where(by_id[name]) for name in sent if name in by_id)
    got = Counter[tuple[str, str]]((each.channel, each.place) for each in evidence.received)
    yield from _listed("sent, and not there", due - got)
    released = {_where(each) for each in evidence.deliveries}
    yield from _listed("there, and never released", set(got) - released)


def _repeats(evidence: Evidence) -> int:
    """How many messages came again under the id that replaces the first."""
    alike = Counter((each.channel, each.place, each.repeat) for each in evidence.received)
    return sum(times - 1 for times in alike.values())


def _where(delivery: Delivery) -> tuple[str, str]:
    return channel_of(delivery), place_of(delivery.to)


def _listed(what: str, found: Iterable[object]) -> Iterator[str]:
    names = [str(each) for each in found]
    if names:
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield f"{len(names)} {what}: {', '.join(names[:SHOWN])}{more}"
