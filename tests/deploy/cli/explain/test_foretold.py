"""Whatever a contact's story is: what is said of each wait is what the planner does if nothing else happens.

The stories are those of `tests/stream/planner/story`: files, audiences, profiles, jumps, bundles, caps, hours, refusals
and clocks at random. After each look all that waits is explained; while only time passes, what was said is held against
what is decided, and each reason against what is known of the contact.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from deploy.cli.explain import forecast, waits
from deploy.cli.explain.forecast import looks_ahead
from deploy.cli.explain.waits import Ending, Wait, waits_of
from schemas.channel import Channel
from schemas.moment import parse_rfc3339
from stream.core.celebration import weigh
from stream.core.celebration.manner import Manners
from stream.core.celebration.person import PersonRow, new_person
from stream.core.celebration.subject import Subject, decode_subject, is_nudge, jump_of
from stream.core.celebration.verdict import Later
from stream.planner.kept import subject_key
from stream.planner.topology import PEOPLE, PROFILES, SUBJECTS
from tests.stream.planner.played import read
from tests.stream.planner.story.machine import StoryOfAContact

Place = tuple[str, Channel]


def stages(wait: Wait) -> list[Wait]:
    """What it waits for, one after the other."""
    return [wait, *stages(wait.then)] if isinstance(wait.then, Wait) else [wait]


def decides(wait: Wait) -> tuple[int, Ending]:
    """When it is decided, and how."""
    last = stages(wait)[-1]
    assert last.until_ms is not None, last
    assert isinstance(last.then, Ending), last
    return last.until_ms, last.then


class ToldStory(StoryOfAContact):
    """A story that is explained all along."""

    def told(self) -> dict[Place, Wait]:
        """What `explain` says of all that waits, which changes nothing."""
        row = self.driver.row(PEOPLE, "c-1") or new_person()
        profile = None
        with suppress(KeyError):
            profile = self.driver.row(PROFILES, "c-1")
        subjects = {
            each.id: decode_subject(self.driver.row(SUBJECTS, subject_key(b"c-1", each.id)), is_nudge=each.is_nudge)
            for each in row.waiting
        }
        before = msgspec.json.encode(row)
        manners = Manners(read(self.person.file.written()))
        found = waits_of(manners, subjects, profile, row, self.driver.now_ms)
        assert msgspec.json.encode(row) == before
        assert {name: [each.channel for each in waits] for name, waits in found.items()} == {
            each.id: each.channels for each in row.waiting
        }
        told = {(name, each.channel): each for name, waits in found.items() for each in waits}
        for (name, _), wait in told.items():
            self.is_true(name, wait, row, subjects, told)
        return told

    def is_true(
        self, name: str, wait: Wait, row: PersonRow, subjects: dict[str, Subject], told: dict[Place, Wait]
    ) -> None:
        """The reason, by what is known of the contact."""
        story, channel, now_ms = self.ledger.stories[name], wait.channel, self.driver.now_ms
        (waiting,) = [each for each in row.waiting if each.id == name]
        profile = self.person.profile
        match wait.cause:
            case "bundle" | "jump":
                assert waiting.not_before_ms > now_ms
                jump = jump_of(subjects[name])
                top_waits = any(
                    each.jump == waiting.jump and (other := jump_of(subjects[each.id])) is not None and other.top
                    for each in row.waiting
                )
                assert wait.cause == "bundle" or (jump is not None and not jump.top and not top_waits)
                assert wait.cause == "jump" or waiting.not_before_ms <= row.bundle_ends_ms or is_nudge(subjects[name])
            case "profile":
                assert profile is None
            case "consent" | "unreachable":
                assert profile is not None
                assert not profile[channel]
                assert (wait.cause == "unreachable") == (channel == "mobile_push")
            case "hours":
                assert self.person.reaches(channel)
                assert self.person.opens(story, now_ms) > now_ms
            case "cap":
                assert self.person.reaches(channel)
                # Where rules let another out by now, it takes the room when the planner looks.
                goes_first = any(each.cause == "look" for each in told.values())
                assert goes_first or self.ledger.room_ms(story, now_ms) > self.person.opens(story, now_ms)
            case "better":
                assert wait.behind is not None
                assert (wait.behind.id, channel) in told
                assert story.related(self.ledger.stories[wait.behind.id])
            case _:
                assert wait.cause == "look"

    foretold: dict[Place, Wait] | None = None

    def look(self) -> None:
        """Look, and explain what waits then; while only time passes, it was told before."""
        super().look()
        told = self.told()
        if self.foretold is not None:
            for place, wait in told.items():
                self.is_rest_of(self.foretold[place], wait)

    def is_rest_of(self, before: Wait, wait: Wait) -> None:
        """What is told by now is what was told before, less what is over.

        What holds it now may change with the clock alone, between two looks: what the cap held is outside the hours
        once there is room, and what waited for a better one has had its own grace. That is held against the facts.
        """
        assert decides(wait) == decides(before)
        rest, earlier = ([(each.cause, each.behind, each.until_ms) for each in stages(told)] for told in (wait, before))
        assert earlier[len(earlier) - len(rest) + 1 :] == rest[1:], f"{before} {wait}"

    def until(self, end_ms: int, looks: int = 2_000) -> None:
        """Only time passes: what is decided is what was told, when it was told, and nothing else is."""
        now_ms, told = self.driver.now_ms, self.told()
        self.foretold = told
        super().until(end_ms, looks)
        self.foretold = None
        for (name, channel), wait in told.items():
            until_ms, ending = decides(wait)
            decision = self.ledger.decided.get((name, channel))
            if decision is None:
                assert until_ms > end_ms, f"not decided when it was told to be: {wait}"
                continue
            assert parse_rfc3339(decision.decided_at) == max(until_ms, now_ms), f"at another time: {wait}"
            other = decision.absorbed_by or decision.bundled_with
            assert (decision.because, decision.detail, other) == (
                ending.because,
                ending.detail,
                ending.other.id if ending.other else None,
            ), f"otherwise: {wait}"


def play(**more: Any) -> None:
    run_state_machine_as_test(ToldStory, settings=settings(deadline=None, stateful_step_count=20, **more))


def test_what_is_told_of_each_wait_is_what_the_planner_does() -> None:
    """See `ToldStory`."""
    play(max_examples=60)


Break = Callable[[pytest.MonkeyPatch], None]


def others_that_wait_are_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    """As if each were alone: nothing is absorbed, nobody rides, and the cap has room for all at once."""

    def alone(manners: Any, subjects: Any, contact: Any, row: PersonRow, now_ms: int) -> list[forecast.Seen]:
        rows = [msgspec.structs.replace(row, waiting=[each]) for each in row.waiting]
        return [seen for each in rows for seen in looks_ahead(manners, subjects, contact, each, now_ms)]

    patch.setattr(waits, "looks_ahead", alone)


def the_row_itself_is_looked_at(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(forecast, "deepcopy", lambda row: row)


def what_a_look_leaves_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """The first look is all that is told."""
    patch.setattr(forecast, "MOST_LOOKS", 1)


def the_cap_is_told_as_the_hours(patch: pytest.MonkeyPatch) -> None:
    def mistaken(channel: Channel, until_ms: int, hold: Any, behind: str | None = None) -> Later:
        return Later(channel, until_ms, "hours" if hold == "cap" else hold, behind)

    patch.setattr(weigh, "Later", mistaken)


def a_top_is_waited_for_as_a_bundle(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(forecast, "held_for", lambda row, waiting, subject: "bundle")


@pytest.mark.parametrize(
    "broken",
    [
        others_that_wait_are_not_looked_at,
        the_row_itself_is_looked_at,
        what_a_look_leaves_is_forgotten,
        the_cap_is_told_as_the_hours,
        a_top_is_waited_for_as_a_bundle,
    ],
)
def test_an_explanation_that_is_wrong_is_found_out(broken: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stories are the same in every run of the same modules."""
    broken(monkeypatch)
    with pytest.raises(AssertionError):
        play(max_examples=2_000, database=None, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)
