"""A contact's whole life under rules that change: whatever comes between, each crossing comes once."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from schemas.rejection import Rejection
from schemas.usage_event import BASELINE_EVENT, UsageEvent
from stream.core.advance import DUPLICATE, FILTERED, Outcome
from stream.core.baseline import import_baseline
from stream.core.crossed import Crossed
from stream.core.nudge import Nudge
from stream.core.progress import encode_progress
from stream.core.sweep import adopt_row
from tests.stream.core.oracle import Oracle
from tests.stream.core.samples import APPLIED_MS, Contact, document

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
METRICS: dict[str, dict[str, Any]] = {
    "uses": {"count": "events", "from": ["used", "paid"]},
    "money": {"sum": "value", "from": ["paid", "refunded"]},
    "size": {"highest": "value", "from": "paid"},
    "shades": {"distinct": "color", "from": "used"},
    "days": {"streak": "days", "from": "used"},
}
WHENS = st.one_of(
    st.tuples(
        st.sampled_from(sorted(METRICS)), st.integers(1, 12) | st.integers(2, 6).map(lambda step: f"every {step}")
    ),
    st.tuples(st.just("signed_up"), st.sampled_from(["3 days", "every 1 week", "1 month"])),
).map(lambda each: {each[0]: each[1]})


@st.composite
def entries(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Milestones m-0 to m-4, each of any condition, and a composite of some of them."""
    found: list[dict[str, Any]] = []
    for number in draw(st.lists(st.integers(0, 4), min_size=2, max_size=4, unique=True)):
        entry = {
            "id": f"m-{number}",
            "when": draw(WHENS),
            "adoption": draw(st.sampled_from(["silent", "record_only"])),
            "status": draw(st.sampled_from(["active", "active", "active", "retired"])),
        }
        if "signed_up" not in entry["when"] and draw(st.booleans()):
            entry["nudge"] = {"near": draw(st.sampled_from(["50%", "80%"])), "stuck_for": "1 day"}
        found.append(entry)
    members = draw(st.lists(st.sampled_from([entry["id"] for entry in found]), min_size=2, max_size=3, unique=True))
    return [
        *found,
        {"id": "all", "when": {"all_of": members}, "adoption": draw(st.sampled_from(["silent", "record_only"]))},
    ]


class Life(RuleBasedStateMachine):
    """One contact; the clock only goes on, events come up to three days late."""

    @initialize(milestones=entries(), signed_up=st.none() | st.integers(-40, 5))
    def begin(self, milestones: list[dict[str, Any]], signed_up: int | None) -> None:
        signed_up_ms = None if signed_up is None else APPLIED_MS + signed_up * DAY_MS
        self.contact = Contact(document(METRICS, milestones), dedupe_ids=4, signed_up_ms=signed_up_ms)
        self.now_ms = APPLIED_MS
        self.swept = 0
        self.sent: list[UsageEvent] = []
        self.recorded: set[tuple[str, int]] = set()
        self.nudged: set[tuple[str, int, str]] = set()
        self.highs: dict[int, Fraction] = {}
        self.oracle = Oracle(4, signed_up_ms=signed_up_ms)

    @rule(hours=st.sampled_from([1, 7, 24, 60, 500]))
    def wait(self, hours: int) -> None:
        self.now_ms += hours * HOUR_MS

    @rule(
        name=st.sampled_from(["used", "used", "paid", "refunded"]),
        value=st.integers(-6, 9) | st.sampled_from([Decimal("0.5"), Decimal("-2.25")]),
        late=st.sampled_from([0, 0, 1, 20, 47, 49, 70]),
        color=st.sampled_from(["red", "blue", 1, True]),
        backfill=st.booleans(),
    )
    def count(self, name: str, value: int | Decimal, late: int, color: object, backfill: bool) -> None:
        event = UsageEvent(
            id=f"e-{len(self.sent)}",
            contact_id="c-1",
            event=name,
            value=value,
            at_ms=self.now_ms - late * HOUR_MS,
            properties={"color": color},
            backfill=backfill,
        )
        self.sent.append(event)
        self._told(event)

    @precondition(lambda self: self.sent)
    @rule(back=st.integers(1, 4))
    def repeat(self, back: int) -> None:
        event = self.sent[-min(back, len(self.sent))]
        before = encode_progress(self.contact.row)
        outcome = self._told(event)
        if outcome in (DUPLICATE, FILTERED):
            assert encode_progress(self.contact.row) == before

    @rule(
        metric=st.sampled_from(["uses", "money", "size"]),
        value=st.integers(0, 15),
        as_of=st.integers(-200, 20),
    )
    def take_baseline(self, metric: str, value: int, as_of: int) -> None:
        at_ms = APPLIED_MS + as_of * HOUR_MS
        event = UsageEvent(
            id=metric,
            source="cairn-baseline",
            contact_id="c-1",
            event=BASELINE_EVENT,
            value=value,
            at_ms=at_ms,
            properties={"metric": metric},
        )
        before = encode_progress(self.contact.row)
        outcome = import_baseline(self.contact.rules, self.contact.row, event)
        refused = self.oracle.take_baseline(self.contact.document, metric, Fraction(value), at_ms)
        if outcome == ():
            assert refused is None
            assert import_baseline(self.contact.rules, self.contact.row, event) is DUPLICATE
        else:
            assert refused == (outcome.code if isinstance(outcome, Rejection) else "duplicate")
            assert encode_progress(self.contact.row) == before

    @rule(milestones=entries())
    def edit(self, milestones: list[dict[str, Any]]) -> None:
        self.contact.edit(document(METRICS, milestones), self.now_ms)

    @rule()
    def sweep(self) -> None:
        contact = self.contact
        crossed = adopt_row(contact.rules, contact.row, "c-1", self.swept)
        self.swept = contact.rules.version
        assert {each.not_celebrated_because for each in crossed} <= {"adopted"}
        self._record(crossed)
        assert adopt_row(contact.rules, contact.row, "c-1", 0) == ()

    @rule()
    def fire(self) -> None:
        fired = self.contact.fire(self.now_ms)
        found: list[Crossed | Nudge] = [*fired.crossed, *fired.nudges]
        assert all(each.occurred_at_ms <= self.now_ms for each in found)
        self._record(found)

    @rule()
    def restart(self) -> None:
        self.contact.restart()

    @invariant()
    def the_high_water_mark_never_falls_and_is_what_the_oracle_says(self) -> None:
        for name, step in self.contact.rules.steps.items():
            high = Fraction(self.contact.row.high(step.slot))
            assert high >= self.highs.get(step.slot, Fraction())
            self.highs[step.slot] = high
            past = self.oracle.pasts.get(f"{name}/{step.kind}")
            if past is not None:
                assert (Fraction(self.contact.row.counter(step.slot)), high) == (past.value, past.high)

    @invariant()
    def what_was_recorded_is_reached(self) -> None:
        assert self.contact.adoption is not None
        for milestone, occurrence in self.recorded:
            number = self.contact.adoption.milestones[milestone].number
            assert self.contact.row.occurrence(number) >= occurrence

    def _told(self, event: UsageEvent) -> Outcome:
        """Count the event; it crosses what it raised the high-water mark over, and nothing else."""
        rules, row = self.contact.rules, self.contact.row
        highs = {name: row.high(step.slot) for name, step in rules.steps.items()}
        outcome = self.contact.outcome(event)
        assert self.contact.adoption is not None
        told = self.oracle.tell(self.contact.document, self.contact.adoption, event)
        assert isinstance(told, list) == isinstance(outcome, tuple)
        if isinstance(outcome, tuple):
            self._record(outcome)
            for each in outcome:
                if isinstance(each, Crossed) and each.metric is not None:
                    assert highs[each.metric] < each.threshold <= each.value
                elif isinstance(each, Nudge):
                    assert highs[each.metric] < each.value < each.threshold
                    assert not event.backfill
        return outcome

    def _record(self, outcome: Iterable[Crossed | Nudge]) -> None:
        for each in outcome:
            if isinstance(each, Crossed):
                key = (each.milestone, each.occurrence)
                assert key not in self.recorded, "at most once"
                self.recorded.add(key)
            else:
                nudge = (each.milestone, each.occurrence, each.kind)
                assert nudge not in self.nudged, "at most once"
                self.nudged.add(nudge)


Life.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase
