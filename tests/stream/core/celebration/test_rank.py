"""Whatever order they came in, the same one heads the message, and none comes before what beats it."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from schemas.milestone_crossed import EventSource, MilestoneCrossed, crossing_id
from schemas.moment import rfc3339
from stream.core.celebration.person import Waiting
from stream.core.celebration.rank import Candidate, ranked

MINUTE = 60_000
WAITING = Waiting("s", 0, 0, ["email"])


def candidate(metric: str, threshold: int, minute: int, *, major: bool = False) -> Candidate:
    """A crossing of a metric that came so many minutes after the epoch."""
    milestone = f"{metric}-{threshold}"
    at = rfc3339(minute * MINUTE)
    record = MilestoneCrossed(
        id=crossing_id("c-1", milestone, 1),
        contact_id="c-1",
        milestone=milestone,
        occurrence=1,
        metric=metric,
        kind="sum",
        tier="major" if major else "minor",
        threshold=threshold,
        value_before=threshold - 1,
        value=threshold,
        occurred_at=at,
        detected_at=at,
        celebrate=True,
        rules_version=1,
        source=EventSource(topic="usage-events", partition=0, offset=1, event_source="", event_id="e"),
    )
    return Candidate(WAITING, record, False, major, metric, threshold, None, 0, minute * MINUTE)


def names(candidates: list[Candidate]) -> list[str]:
    return [each.subject.milestone for each in candidates]


def test_late_events_make_no_circle() -> None:
    """100 documents by an event that came late, then a first team, then 10 documents: 100 comes before 10."""
    late = [candidate("documents", 100, 1), candidate("teams", 1, 2), candidate("documents", 10, 3)]
    for order in (late, late[::-1], [late[1], late[2], late[0]]):
        assert names(ranked(order)) == ["teams-1", "documents-100", "documents-10"]


CANDIDATES = st.lists(
    st.builds(
        candidate,
        st.sampled_from(["documents", "pages", "teams"]),
        st.integers(1, 5),
        st.integers(0, 5),
        major=st.booleans(),
    ),
    max_size=7,
    unique_by=lambda each: each.subject.id,
)


@given(CANDIDATES, st.randoms())
def test_the_order_is_that_of_the_crossings_alone(crossings: list[Candidate], random: Random) -> None:
    mixed = list(crossings)
    random.shuffle(mixed)
    found = ranked(mixed)
    assert names(found) == names(ranked(crossings))
    for place, best in enumerate(found):
        for lower in found[place + 1 :]:
            assert best.is_major >= lower.is_major
            if best.metric == lower.metric and best.is_major == lower.is_major:
                assert best.threshold >= lower.threshold
