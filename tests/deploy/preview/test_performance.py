"""A state becomes the messages that a dispatcher would send for it."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default

import msgspec
import pytest

from deploy.preview.reaching import held_out, reaching
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge
from tests.deploy.preview.installation import KEY, Installation


def test_the_number_that_was_chosen_is_said(made: Installation) -> None:
    assert "1,000 documents" in made.performance().email.subject
    assert "1,001" in made.performance(value="beyond").email.text
    assert "$1,000" in made.performance(milestone="revenue-1000").push.title


def test_an_occurrence_of_what_comes_again(made: Installation) -> None:
    third = made.performance(milestone="club", occurrence=3)
    assert isinstance(third.subject, MilestoneCrossed)
    assert (third.subject.occurrence, third.subject.threshold) == (3, 15_000)
    yearly = made.performance(milestone="yearly", occurrence=2)
    assert yearly.subject.value == 2
    assert "two years" in yearly.email.text


def test_a_nudge(made: Installation) -> None:
    """Near is the first number that is near; something is always still to come."""
    near = made.performance(milestone="documents-100", moment="near")
    assert isinstance(near.subject, MilestoneNudge)
    assert (near.subject.value, near.subject.remaining) == (90, 10)
    assert near.share_path is None
    assert "10 to go" in near.push.title


def test_what_lies_behind_a_contact(made: Installation) -> None:
    """Made up of the file unless the contact says it; a newcomer has nothing."""
    assert [each.milestone for each in made.performance().message.history] == ["documents-10", "documents-100"]
    assert next(each.milestone for each in made.performance(contact="kasia").message.history) == "first-project"
    assert made.performance(contact="newcomer").message.history == ()


def test_the_language_that_was_chosen_wins_over_the_contacts(made: Installation) -> None:
    assert made.performance(contact="kasia").message.locale == "pl"
    assert made.performance(contact="kasia", locale="en").message.locale == "en"


def test_the_same_state_has_the_same_bytes(made: Installation) -> None:
    scene = made.performance()
    assert scene.mail == made.performance().mail
    assert scene.payload == made.performance().payload


def test_what_fcm_counts(made: Installation) -> None:
    performance = made.performance()
    document = json.loads(performance.fcm)
    del document["message"]["token"]
    assert performance.fcm_size == len(msgspec.json.encode(document))


def test_the_headers_of_the_mail(made: Installation) -> None:
    mail = message_from_bytes(made.performance().mail, policy=default)
    assert mail["List-Unsubscribe"].strip().startswith("<http://127.0.0.1:8025/portal/u/")
    assert mail["From"] == "Acme Boards <hello@example.com>"
    assert KEY not in mail.as_string()


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ({}, ["", "", ""]),
        ({"contact": "newcomer"}, ["the contact is not in its audience"] * 3),
        ({"contact": "newcomer", "milestone": "club"}, ["no consent", "", "no address"]),
        ({"milestone": "documents-10"}, ["not a channel of this minor milestone", "", ""]),
    ],
    ids=str,
)
def test_whether_it_would_be_sent(made: Installation, state: dict[str, object], why: list[str]) -> None:
    found = reaching(made.performance(**state))
    assert [each.name for each in found] == ["Email", "Web push", "Phone"]
    for each, said in zip(found, why, strict=True):
        assert each.goes == (not said)
        assert said in each.why


def test_who_is_held_out_is_said(made: Installation) -> None:
    assert held_out(made.performance()) == "5%"
