"""The machine can go red: with one rule of the planner broken, it finds a story that says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from schemas.decision import No
from schemas.milestone_crossed import MilestoneCrossed
from stream.core.celebration import admit, again, look, person, rank, weigh
from stream.core.celebration.audience import Audience
from stream.core.celebration.cap import noted
from stream.core.celebration.reach import reach
from stream.core.celebration.standing import Standing
from stream.core.celebration.subject import Subject, against
from stream.core.celebration.verdict import Verdict
from stream.planner import handover
from tests.stream.planner.story.machine import StoryOfAContact

Break = Callable[[pytest.MonkeyPatch], None]


def top_of_a_jump_is_chosen_before_anything_is_asked(patch: pytest.MonkeyPatch) -> None:
    """As the first release did: a top that this contact never hears of silences the rest."""

    def chosen(subject: Subject) -> tuple[No, str | None] | None:
        ruled_out = against(subject)
        if ruled_out is None and isinstance(subject, MilestoneCrossed) and subject.jump and not subject.jump.top:
            return "absorbed", None
        return ruled_out

    patch.setattr(weigh, "against", chosen)


def minors_count_against_majors(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(person.PersonRow, "counted", lambda row, *, is_major: row.released)


def there_is_always_room(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(weigh, "room_at", lambda cap, released, now_ms: now_ms)


def each_line_is_counted_as_a_message_of_its_own(patch: pytest.MonkeyPatch) -> None:
    """The cap would be full before it is."""
    patch.setattr(look, "noted", lambda cap, released, now_ms: noted(cap, noted(cap, released, now_ms), now_ms))


def what_the_contact_said_is_not_asked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(weigh, "reach", lambda contact, standing, channel: reach(contact, Standing(), channel))


def audiences_hold_everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Audience, "holds", lambda audience, attributes, numbers: True)


def nothing_speaks_of_the_same_thing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(look, "related", lambda one, other: False)


def everything_speaks_of_the_same_thing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(look, "related", lambda one, other: True)


def the_refused_cover_too(patch: pytest.MonkeyPatch) -> None:
    """A lower one waits for a higher one that will never be sent."""
    decide = look._Turn.decide

    def covering(turn: Any, candidates: Any, *, bundling: bool) -> None:
        decide(turn, candidates, bundling=bundling)
        for each, verdict in turn.found.decided:
            if verdict.because is not None:
                turn._places[verdict.channel].waiting.append((each, turn._now_ms + 60_000))

    patch.setattr(look._Turn, "decide", covering)
    patch.setattr(look._Turn, "one_by_one", lambda turn, found: [turn.decide([each], bundling=False) for each in found])


def a_retry_tells_what_was_told_first(patch: pytest.MonkeyPatch) -> None:
    asked = again._verdict

    def first_only(manners: Any, subject: Subject, out: Any, *more: Any) -> Any:
        return asked(manners, subject, out, *more) if subject.id == out.subject else Verdict(out.channel)

    patch.setattr(again, "_verdict", first_only)


def a_jump_is_torn_by_batches(patch: pytest.MonkeyPatch) -> None:
    """A lower one does not wait for the top, and the top does not find it."""
    patch.setattr(admit, "JUMP_MS", 0)
    patch.setattr(rank, "jump_id", lambda subject: None)


def lines_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(handover.Handover, "_composed", _leads_only(handover.Handover._composed))


def _leads_only(composed: Any) -> Any:
    return lambda handing, told, contact: msgspec.structs.replace(composed(handing, told, contact), also=())


@pytest.mark.parametrize(
    "broken",
    [
        top_of_a_jump_is_chosen_before_anything_is_asked,
        minors_count_against_majors,
        there_is_always_room,
        each_line_is_counted_as_a_message_of_its_own,
        what_the_contact_said_is_not_asked,
        audiences_hold_everybody,
        nothing_speaks_of_the_same_thing,
        everything_speaks_of_the_same_thing,
        the_refused_cover_too,
        a_retry_tells_what_was_told_first,
        a_jump_is_torn_by_batches,
        lines_are_forgotten,
    ],
)
def test_a_rule_that_is_broken_is_found_out(broken: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stories are the same in every run of the same modules, so a machine that sees less than before is seen here.

    What else is loaded changes them (Hypothesis takes constants from there), so there are four times as many as the
    rarest one took: 520.
    """
    broken(monkeypatch)
    looking = settings(
        max_examples=2_000,
        stateful_step_count=30,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(StoryOfAContact, settings=looking)
