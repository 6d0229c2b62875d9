"""The whole story of a contact holds whatever happens, and would be found out if one rule of the planner broke."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stream.planner.story.machine import StoryOfAContact


def test_every_story_of_a_contact_is_told_truly() -> None:
    """See the module of the machine for what is held against what."""
    run_state_machine_as_test(
        StoryOfAContact, settings=settings(max_examples=80, stateful_step_count=25, deadline=None)
    )
