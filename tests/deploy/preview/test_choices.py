"""An address says all that is shown; what it says wrongly is told, with what there is."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from deploy.preview.choices import Choices, choose
from deploy.preview.state import CHANNELS, State
from tests.deploy.preview.installation import Installation


@pytest.fixture
def choices(made: Installation) -> Choices:
    return made.scene().choices


def test_an_empty_address_shows_something(choices: Choices) -> None:
    state, notes = choose({}, choices)
    assert notes == []
    assert (state.milestone, state.contact, state.channel, state.scheme) == (
        "documents-10",
        "ada",
        "everything",
        "light",
    )


def test_an_address_brings_back_its_state(choices: Choices) -> None:
    """Copied and opened elsewhere it shows the same."""
    for channel, views in CHANNELS.items():
        state = State(
            milestone="club", occurrence=3, value="beyond", contact="kasia", channel=channel, view=views[-1],
            scheme="dark", images="off", locale="en",
        )  # fmt: skip
        again, notes = choose(dict(parse_qsl(urlsplit(state.address()).query)), choices)
        assert (again, notes) == (state, [])


def test_another_channel_begins_with_its_first_view(choices: Choices) -> None:
    state = State(milestone="club", contact="ada", channel="email", view="source")
    assert "view=all" in state.address(channel="web-push")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"milestone": "document-100"}, "did you mean 'documents-100'?"),
        ({"contact": "nobody-at-all"}, "there is 'ada'"),
        ({"channel": "mail"}, "did you mean 'email'?"),
        ({"channel": "email", "view": "zzz"}, "'both', 'desktop'"),
        ({"locale": "xx"}, "'own', 'en'"),
        ({"scheme": "drak"}, "did you mean 'dark'?"),
        ({"milestone": "week", "moment": "near"}, "no moment"),
        ({"milestone": "club", "occurrence": "0"}, "whole number from 1"),
        ({"milestone": "documents-1000", "value": "999"}, "a number from 1,000"),
        ({"milestone": "club", "occurrence": "2", "value": "15000"}, "and below 15,000"),
        ({"milestone": "club", "value": "many"}, "exact, beyond"),
        ({"milestnoe": "club"}, "did you mean 'milestone'?"),
    ],
    ids=str,
)
def test_what_is_unknown_says_so_and_offers_what_there_is(choices: Choices, given: dict[str, str], says: str) -> None:
    state, notes = choose(given, choices)
    assert len(notes) == 1
    assert says in notes[0]
    assert state.milestone in choices.milestones


def test_the_number_reached(choices: Choices) -> None:
    """Exactly the threshold, one beyond, or any number that still belongs to it."""

    def number(**given: str) -> object:
        return choices.number(choose(given, choices)[0])

    assert number(milestone="documents-1000") == 1000
    assert number(milestone="documents-1000", value="beyond") == 1001
    assert number(milestone="documents-1000", value="1250.5") == pytest.approx(1250.5)
    assert number(milestone="club", occurrence="3") == 15_000
    assert number(milestone="club", occurrence="3", value="19999") == 19_999
    assert number(milestone="yearly", occurrence="2") is None
    assert number(milestone="documents-10", moment="near", value="beyond") is None


def test_only_what_was_asked_of_the_file_can_be_chosen(choices: Choices) -> None:
    assert choices.moments("documents-10") == ("reached", "near", "stuck")
    assert choices.moments("documents-1000") == ("reached",)
    assert [each for each in choices.milestones if choices.repeats(each)] == ["club", "yearly"]
