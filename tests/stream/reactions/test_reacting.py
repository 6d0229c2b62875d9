"""A record is done when the loop came round behind it, and never because something was raised."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from schemas.errors import CairnError
from stream.reactions.reacting import Reacting
from stream.reactions.refusal import Rest, SetAside, TryAgain
from stream.runtime.exits import Exit
from tests.stream.reactions.places import AT, EXAMPLE, Events, Place, StoppedError, declared


def run(place: Place, events: Events, function: Any, **options: Any) -> None:
    acting = Reacting(declared(function, **options), place, now=lambda: place.now, chance=lambda: 1.0)
    asyncio.run(acting.run(events))


def test_each_record_is_done_when_the_next_is_asked_for() -> None:
    place = Place()
    events = Events(place, [EXAMPLE] * 3)
    before: list[int] = []

    async def tell(crossings: AsyncIterator[Any]) -> None:
        async for crossing in crossings:
            assert crossing.contact_id == "c-1042"
            before.append(len(events.done))

    run(place, events, tell)

    assert before == [0, 1, 2]
    assert events.done == [0, 1, 2]
    assert len(place.handled_ids) == 3
    assert place.ledger.due() == {AT: 3}


def test_a_record_whose_body_raised_comes_again_before_any_other() -> None:
    """Faust would acknowledge it and go on: the record would be lost."""
    place = Place()
    events = Events(place, [EXAMPLE] * 3)
    seen: list[int] = []

    async def tell(crossings: Any) -> None:
        async for _ in crossings:
            seen.append(crossings.record.offset())
            if seen.count(1) < 3 and seen[-1] == 1:
                raise OSError("down")

    run(place, events, tell)

    assert seen == [0, 1, 1, 1, 2]
    assert events.done == [0, 1, 2]
    assert place.waits == [0.5, 1.0]
    assert place.failures == 2
    assert len(place.hands) == 0


def test_nothing_behind_a_record_that_fails_is_committed() -> None:
    place = Place(patience=5.0)
    events = Events(place, [EXAMPLE] * 3)

    async def tell(crossings: Any) -> None:
        async for _ in crossings:
            if crossings.record.offset() == 1:
                raise OSError("down")

    with pytest.raises(StoppedError):
        run(place, events, tell)

    assert place.ledger.due() == {AT: 1}
    assert place.failure is not None
    assert place.failure.exit == Exit.POISONED
    assert "p-milestone-crossed 0:1" in str(place.failure)
    assert "down" not in str(place.failure)


def test_set_aside_goes_on_behind_a_dead_letter() -> None:
    place = Place(patience=2.0)
    events = Events(place, [EXAMPLE] * 2)

    async def tell(crossings: Any) -> None:
        async for _ in crossings:
            if crossings.record.offset() == 0:
                raise KeyError("no such account: ada@example.com")

    run(place, events, tell, on_error="set_aside")

    assert place.letters == [(0, "reaction_failed", "the reaction raised KeyError")]
    assert events.done == [0, 1]


def test_an_answer_of_its_own() -> None:
    """It may say how long to wait, or that a record will never do."""
    place = Place()
    events = Events(place, [EXAMPLE] * 2)
    answers: list[Exception] = [
        TryAgain("busy", after=20.0),
        TryAgain("busy", after=0.0),
        SetAside("refused", code="webhook_refused"),
    ]

    async def tell(crossings: Any) -> None:
        async for _ in crossings:
            if answers:
                raise answers.pop(0)

    run(place, events, tell)

    assert place.waits == [20.0, 1.0]
    assert place.letters == [(0, "webhook_refused", "refused")]
    assert events.done == [0, 1]


def test_rest_leaves_the_record_unfinished() -> None:
    place = Place()
    events = Events(place, [EXAMPLE])

    async def tell(crossings: Any) -> None:
        async for _ in crossings:
            if not place.waits:
                raise Rest("gone")

    run(place, events, tell)

    assert place.waits == [3600.0]
    assert events.done == [0]


def test_a_record_that_moved_to_another_worker_is_not_tried_again() -> None:
    place = Place()
    events = Events(place, [EXAMPLE] * 2)
    place.on_wait = place.ledger.close
    seen: list[int] = []

    async def tell(crossings: Any) -> None:
        async for _ in crossings:
            seen.append(crossings.record.offset())
            raise OSError("down")

    run(place, events, tell)

    assert seen == [0]
    assert place.ledger.due() == {}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "value_missing"),
        (b"{", "not_json"),
        (b'{"id": 7}', "wrong_type"),
        (EXAMPLE.replace(b'"schema_version": 1', b'"schema_version": 2'), "newer_version"),
    ],
)
def test_a_record_that_cannot_be_read_is_set_aside(value: bytes | None, code: str) -> None:
    """It stops nothing, and is not lost."""
    place = Place()
    events = Events(place, [value, EXAMPLE])
    seen = []

    async def tell(crossings: AsyncIterator[Any]) -> None:
        async for each in crossings:
            seen.append(each)

    run(place, events, tell)

    assert [(offset, found) for offset, found, _ in place.letters] == [(0, code)]
    assert len(seen) == 1
    assert events.done == [0, 1]


def test_a_loop_that_is_left_is_a_fault() -> None:
    """`break` would end the reaction for good, in silence."""
    place = Place()
    events = Events(place, [EXAMPLE] * 2)
    calls = []

    async def tell(crossings: AsyncIterator[Any]) -> None:
        calls.append(1)
        async for _ in crossings:
            if len(calls) < 3:
                break

    run(place, events, tell)

    assert len(calls) == 3
    assert events.done == [0, 1]


def test_a_function_that_fails_before_its_first_record() -> None:
    """As one that cannot open its database: tried again, and in the end the worker says so."""
    place = Place(patience=3.0)

    async def tell(crossings: AsyncIterator[Any]) -> None:
        if place.failure is None:
            raise SystemExit(1)
        async for _ in crossings:
            pass

    run(place, Events(place, [EXAMPLE]), tell)

    assert isinstance(place.failure, CairnError)
    assert place.failure.exit == Exit.POISONED


def test_a_cancelled_task_of_its_own_is_a_failure_like_any_other() -> None:
    """Faust would take it for the end of the agent, and the record in its hand be nobody's."""
    place = Place()
    events = Events(place, [EXAMPLE] * 2)

    async def tell(crossings: AsyncIterator[Any]) -> None:
        async for _ in crossings:
            if not place.failures:
                raise asyncio.CancelledError

    run(place, events, tell)

    assert place.failures == 1
    assert events.done == [0, 1]
    assert len(place.hands) == 0


def test_the_end_of_the_worker_is_none() -> None:
    """Whoever cancels the actor means it: nothing is tried again, and what is in hand stays unfinished."""
    place = Place()
    events = Events(place, [EXAMPLE])

    async def story() -> None:
        began = asyncio.Event()

        async def tell(crossings: AsyncIterator[Any]) -> None:
            async for _ in crossings:
                began.set()
                await asyncio.Event().wait()

        acting = asyncio.ensure_future(Reacting(declared(tell), place).run(events))
        await began.wait()
        acting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await acting

    asyncio.run(story())
    assert place.failures == 0
    assert events.done == []


def test_a_question_that_is_given_up_loses_no_record() -> None:
    """`wait_for(anext(records), …)` cancels it. A stream that is cancelled while it waits is over for good."""
    place = Place()
    events = Events(place, [EXAMPLE] * 3)
    comes = asyncio.Event()
    seen: list[int] = []
    gave_up: list[int] = []

    async def stream() -> AsyncIterator[Any]:
        yield await anext(events)
        await comes.wait()
        async for event in events:
            yield event

    async def tell(crossings: Any) -> None:
        while len(seen) < 3:
            try:
                await asyncio.wait_for(anext(crossings), 0.001)
            except TimeoutError:
                gave_up.append(len(seen))
                comes.set()
            else:
                seen.append(crossings.record.offset())
        async for _ in crossings:
            raise AssertionError

    asyncio.run(Reacting(declared(tell), place, now=lambda: place.now).run(stream()))

    assert gave_up
    assert seen == [0, 1, 2]
    assert events.done == [0, 1, 2]


def test_two_questions_at_once_are_refused() -> None:
    """Both would have the same record, or the second would say that the first is done."""
    place = Place()
    refused: list[str] = []

    async def tell(crossings: Any) -> None:
        answers: Any = await asyncio.gather(anext(crossings), anext(crossings), return_exceptions=True)
        assert answers[0].contact_id == "c-1042"
        refused.append(str(answers[1]))
        async for _ in crossings:
            pass

    run(place, Events(place, [EXAMPLE] * 2), tell)

    assert refused == ["the next record is asked for twice at once: one loop has them all"]


def test_whoever_asks_for_nothing_is_seen() -> None:
    place = Place()
    found: list[tuple[str, float] | None] = []

    async def tell(crossings: Any) -> None:
        place.now += 7.0
        found.append(place.hands.longest_away())
        async for _ in crossings:
            pass
        found.append(place.hands.longest_away())

    run(place, Events(place, [EXAMPLE]), tell)

    assert found == [("app/tell", 7.0), ("app/tell", 0.0)]
    assert place.hands.longest_away() is None


REPLAYS = "p-reactions"


@pytest.mark.parametrize(
    ("reaction", "topic", "handled"),
    [("app/tell", "milestone-crossed", 1), ("app/other", "milestone-crossed", 0), ("app/tell", "milestone-nudges", 0)],
)
def test_a_replay_goes_to_the_reaction_that_it_names(reaction: str, topic: str, handled: int) -> None:
    place = Place()
    headers = [("cairn-reaction", reaction.encode()), ("cairn-reaction-topic", topic.encode())]
    events = Events(place, [EXAMPLE], topic=REPLAYS, headers=headers)

    async def tell(crossings: AsyncIterator[Any]) -> None:
        async for _ in crossings:
            pass

    run(place, events, tell)

    assert len(place.handled_ids) == handled
    assert events.done == [0]


def test_a_replay_that_names_nobody_is_passed_over() -> None:
    place = Place()
    events = Events(place, [EXAMPLE], topic=REPLAYS)

    async def tell(crossings: AsyncIterator[Any]) -> None:
        async for _ in crossings:
            raise AssertionError

    run(place, events, tell)

    assert events.done == [0]
