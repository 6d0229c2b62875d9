"""Scripted answers: which one is given when."""

import asyncio
import threading

from channels.testing.script import Answer, Gate, Script


def test_added_answers_come_once_each_before_the_kept_one() -> None:
    """Those added are used up in order; then the kept one stands until it is ended."""
    script = Script()
    script.keep("door", Answer(500))
    script.add("door", Answer(501), Answer(502))
    assert [script.take("door").status for _ in range(4)] == [501, 502, 500, 500]
    script.keep("door", Answer())
    assert script.take("door") == Answer()


def test_the_narrowest_place_comes_first_and_what_was_added_before_what_is_kept() -> None:
    """An answer for one address is not given to another, nor used up by it."""
    script = Script()
    script.add("all", Answer(1))
    script.add("one", Answer(2))
    script.keep("one", Answer(3))
    assert script.take("other", "all").status == 1
    assert [script.take("one", "all").status for _ in range(2)] == [2, 3]
    script.add("all", Answer(4))
    assert [script.take("one", "all").status for _ in range(2)] == [4, 3]


def test_only_a_status_from_300_refuses() -> None:
    """What is not refused is kept."""
    assert [Answer(status).refusal for status in (None, 201, 250, 299)] == [None] * 4
    assert [Answer(status).refusal for status in (301, 404, 550)] == [301, 404, 550]


def test_a_gate_opens_from_another_thread_and_survives_who_gave_up() -> None:
    """One that waits and is cancelled takes nothing from the others."""

    async def story() -> None:
        gate = Gate()
        first, second = (asyncio.create_task(gate.passed()) for _ in range(2))
        await gate.reached()
        first.cancel()
        await asyncio.wait([first])
        assert first.cancelled()
        assert not second.done()
        opener = threading.Thread(target=gate.open)
        opener.start()
        await second
        await gate.passed()
        opener.join()

    asyncio.run(story())
