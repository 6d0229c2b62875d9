"""Timers that fire together say what they say one by one: every contact's story is the same, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.channel import Channel
from schemas.decision import Decided, No, decision_id
from schemas.milestone_crossed import EventSource, Jump, crossing_id
from schemas.topics import CELEBRATION_DECISIONS, DELIVERIES, DELIVERY_RECEIPTS
from stream.core.celebration import look
from stream.engine import firing
from stream.planner.topology import DUE, PEOPLE, PROFILES, SUBJECTS
from tests.stream.planner.played import Played
from tests.stream.planner.story.rules import DAY_MS, LADDERS, File, files

CONTACTS = [f"c-{number}" for number in range(6)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["cross", "cross", "cross", "jump", "nudge", "profile", "no_profile", "mute", "defer", "wait"]),
        st.sampled_from(CONTACTS),
        st.sampled_from(sorted(LADDERS)),
        st.integers(0, 2),
    ),
    min_size=5,
    max_size=25,
)
WAITS_MS = (31_000, 3_600_000, DAY_MS)
Story = tuple[File, list[tuple[str, str, str, int]]]


class OneByOne:
    """A way to fire that goes from timer to timer."""

    def __enter__(self) -> None:
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(firing, "TOGETHER", 1)
        self._patch.setattr(look, "_alone", lambda made, each, *rest: look._together(made, [each], *rest))

    def __exit__(self, *_: object) -> None:
        self._patch.undo()


def played(story: Story) -> tuple[Any, ...]:
    """Everything that the planner has written and keeps at the end of a story, by contact."""
    file, steps = story
    with Played(file.written()) as driver:
        for contact in CONTACTS[:-1]:  # one has no profile yet
            driver.profile(contact)
        for step in steps:
            _step(driver, *step)
        driver.advance(31_000)
        driver.run()
        driver.advance(2 * DAY_MS)
        driver.run()
        said = {
            topic: sorted((each.key(), number, each.value()) for number, each in _numbered(driver.outputs(topic)))
            for topic in (CELEBRATION_DECISIONS, *DELIVERIES.values(), DELIVERY_RECEIPTS)
        }
        kept = [sorted((key, repr(row)) for key, row in driver.rows(table).items()) for table in (PEOPLE, PROFILES)]
        return said, kept, driver.rows(SUBJECTS), driver.timers(DUE)


def _numbered(records: Any) -> Iterator[tuple[int, Any]]:
    """Each record with its place among those of its contact."""
    places: dict[Any, int] = {}
    for each in records:
        places[each.key()] = places.get(each.key(), 0) + 1
        yield places[each.key()], each


def _step(driver: Played, what: str, contact: str, metric: str, number: int) -> None:
    rungs = LADDERS[metric]
    threshold = rungs[number]
    offset = sum(contact.encode()) * 100 + number
    source = EventSource(topic="usage-events", partition=0, offset=offset, event_source="", event_id="e")
    match what:
        case "cross":
            driver.crossed(f"{metric}-{threshold}", contact, metric=metric, threshold=threshold, source=source)
        case "jump":
            for place, each in enumerate(rungs[:2], start=1):
                jump = Jump(index=place, of=2, top=place == 2)
                driver.crossed(f"{metric}-{each}", contact, metric=metric, threshold=each, source=source, jump=jump)
        case "nudge":
            driver.nudged(f"{metric}-{threshold}", threshold, contact, metric=metric)
        case "profile":
            driver.profile(contact, consent_email=number != 1, fcm_key=["a"] if number else [])
        case "no_profile":
            driver.pipe("contacts", contact, None)
        case "mute":
            driver.change("mute" if number else "resubscribe", contact)
        case "defer":
            driver.run()
            for delivery in sorted(driver.deliveries(), key=lambda each: each.id)[:2]:
                driver.defer(delivery, 1000)
        case _:
            driver.run()
            driver.advance(WAITS_MS[number])
            driver.run()


@settings(max_examples=120, deadline=None)
@given(st.tuples(files(), STEPS))
def test_timers_together_say_what_they_say_one_by_one(story: Story) -> None:
    """Mutation: settle before the deliveries go out, or let one contact's profile serve another."""
    together = played(story)
    with OneByOne():
        assert played(story) == together


def test_a_contact_that_breaks_takes_nobody_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that were tried with it are taken back and decided one by one; its own timer is dropped."""

    def broken(common: Decided, decision: str, channel: Channel, because: No | None = None) -> bytes:
        if decision == broken_one:
            raise ValueError("broken")
        return encode(common, decision, channel, because)

    encode, broken_one = Decided.encode, decision_id(crossing_id("c-2", "documents-10", 1), "mobile_push")
    monkeypatch.setattr(Decided, "encode", broken)
    with Played(FILE) as driver:
        for contact in CONTACTS:
            driver.profile(contact)
            driver.crossed("documents-10", contact)
        driver.run()
        driver.advance(31_000)
        driver.run()
        assert {each.contact_id for each in driver.decisions()} == {*CONTACTS} - {"c-2"}
        assert {each.contact_id for each in driver.deliveries()} == {*CONTACTS} - {"c-2"}
        assert len(driver.row(PEOPLE, "c-2").waiting) == 1


FILE = """
version: 1
product: {name: Boards, url: "https://app.example", time_zone: Europe/Paris}
history: complete
quiet_hours: none
metrics:
  documents: {sum: value, from: documents_processed}
milestones:
  - {id: documents, when: {documents: [10, 100]}, call_to_action: {text: Go, url: /go}}
"""
