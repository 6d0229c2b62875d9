"""The words for what must follow are code under test too: a worker that ends otherwise or says too little is named."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from stream.runtime.exits import Exit
from stream.runtime.snapshot import Farewell
from tests.chaos.operators.ending import Ending, Outcome
from tests.chaos.operators.mistakes import MISTAKES
from tests.chaos.operators.report import markdown
from tests.chaos.operators.trial import Trial
from tests.chaos.verdict import Verdict
from tests.system.rig import Rig
from tests.system.running_worker import RunningWorker

SAID = Farewell("the input p-usage-events was deleted", "partition 0", "bring it back")


def trial() -> Trial:
    return Trial(cast(Rig, SimpleNamespace(prefix="p-")), Ending("case"), cast(Any, None))


def ended(code: int, said: Farewell | None) -> RunningWorker:
    """A worker as `stops` sees it."""
    nothing = SimpleNamespace(wait_exit=lambda _within: code, farewell=said, exit=code)
    nothing.counted = nothing.shows = lambda _metric: 0.0
    return cast(RunningWorker, nothing)


def test_the_end_that_must_be_is_noted_without_a_fault() -> None:
    """Exit, words and cure; the prefix of the rig is nobody's business in a report."""
    played = trial()
    played.stops(ended(3, SAID), "p-usage-events", "bring it back")
    assert not played.ending.faults
    assert played.ending.ended == "exit 3 (DRIFT)"
    assert played.ending.log == "the input usage-events was deleted (partition 0) -> bring it back"


@pytest.mark.parametrize(
    ("code", "said", "fault"),
    [
        (0, SAID, "it ended with OK, not DRIFT"),
        (-9, None, "it ended with signal 9, not DRIFT"),
        (3, None, "it told no cure"),
        (3, Farewell(SAID.what, SAID.where, None), "it told no cure"),
        (3, Farewell("something", None, "do something"), "it does not say 'p-usage-events'"),
    ],
)
def test_another_end_is_a_fault(code: int, said: Farewell | None, fault: str) -> None:
    """Another code, no cure, or a cause that names another topic."""
    played = trial()
    played.stops(ended(code, said), "p-usage-events", code=Exit.DRIFT)
    assert any(fault in each for each in played.ending.faults), played.ending.faults


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict(3, missing=(("a", "m", 1),)),
        Verdict(3, duplicate=(("a", "m", 1),)),
        Verdict(3, extra=(("a", "m", 1),)),
        Verdict(3, out_of_step=("partition 0",)),
        Verdict(0),
    ],
)
def test_crossings_that_are_lost_or_twice_or_none_at_all_are_a_fault(verdict: Verdict) -> None:
    """A trial in which nothing had to come proves nothing."""
    played = trial()
    played._note_verdict(verdict, "so far")
    assert played.ending.faults


def test_a_report_names_who_told_and_what_failed() -> None:
    """A row for each case; a pipe or a line end in what was told does not break the table."""
    sound = Ending("one", ended="exit 3 (DRIFT)", log="a|b\nc", metrics="cairn_stalled 1", doctor="topics: t")
    wrong = Ending("two", faults=["it went on"])
    outcome = Outcome("O1", "a mistake", "stops", [sound, wrong], 1.0)
    text = markdown([outcome])
    assert "| one | exit 3 (DRIFT) | a/b c | cairn_stalled 1 | topics: t | passed |" in text
    assert "| two |  |  |  | not asked | FAILED |" in text
    assert "- two: it went on" in text
    assert not outcome.passed
    assert not Outcome("O2", "nothing was played", "stops").passed


def test_every_mistake_is_there_once() -> None:
    """Ids count up, and the full size plays at least what the scaled one does."""
    assert [each.id for each in MISTAKES] == [f"O{number}" for number in range(1, len(MISTAKES) + 1)]
    for each in MISTAKES:
        scaled, full = ({case.name for case in each.cases(size)} for size in ("scaled", "full"))
        assert scaled
        assert scaled <= full
