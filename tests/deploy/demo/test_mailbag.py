"""Each message once, at its place, and nothing else: every way to break that is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deploy.demo.mailbag import Mailbag
from deploy.demo.people import HABITS, Person
from deploy.demo.received import Received
from schemas.channel import CHANNELS, Channel
from schemas.decision import Decision
from schemas.delivery import Delivery, EmailTo, Message, Reached
from tests.deploy.demo.samples import CROSSED

ADA = Person("c-1", "Ada", "en", "Asia/Tokyo", HABITS[0], 0, frozenset({"email"}))
PEOPLE = {ADA.id: ADA}
MAIL = Received(channel="email", contact="c-1", place=ADA.email, repeat="<d-1@acme>", title="Ten!", body="Ten.")


def delivery(name: str = "d-1", attempt: int = 1, *, also: tuple[Reached, ...] = ()) -> Delivery:
    message = Message(
        crossing=CROSSED, product="Boards", product_url="https://b.example", locale="en", time_zone="UTC", also=also
    )
    return Delivery(
        id=name,
        decision_id="e",
        contact_id="c-1",
        attempt=attempt,
        to=EmailTo(address=ADA.email),
        released_at="2026-11-20T14:41:07Z",
        send_by="2026-11-20T14:46:07Z",
        message=message,
    )


def decision(channel: Channel) -> Decision:
    return Decision(
        id="e",
        contact_id="c-1",
        subject="crossing",
        subject_id=CROSSED.id,
        milestone=CROSSED.milestone,
        occurrence=1,
        channel=channel,
        send=True,
        decided_at="2026-11-20T14:41:07Z",
        rules_version=1,
    )


@pytest.fixture
def bag() -> Mailbag:
    """One message, on its way."""
    bag = Mailbag()
    bag.crossed(CROSSED)
    for each in CHANNELS:
        bag.decided(decision(each))
    bag.released(delivery())
    return bag


def test_a_message_that_arrived_once_is_as_it_should_be(bag: Mailbag) -> None:
    """A second attempt of a delivery is the same message."""
    bag.released(delivery(attempt=2))
    assert not bag.reached("c-1", "documents-10")
    bag.arrived(MAIL)
    tally = bag.tally(PEOPLE)
    assert tally.even
    assert (tally.released, tally.received) == ({"email": 1}, {"email": 1})
    assert bag.reached("c-1", "documents-10") == {"email"}
    assert bag.undecided() == []


def test_a_milestone_that_a_bundle_tells_in_a_line_has_arrived_with_its_message(bag: Mailbag) -> None:
    line = Reached(milestone="projects-5", occurrence=1, value=5, occurred_at="2026-11-20T14:41:06Z")
    bag.released(delivery("d-2", also=(line,)))
    bag.arrived(MAIL)
    assert not bag.reached("c-1", "projects-5")  # one of two messages to the same mailbox
    bag.arrived(replace(MAIL, repeat="<d-2@acme>"))
    assert bag.reached("c-1", "projects-5") == {"email"}


def test_every_fault_is_told(bag: Mailbag) -> None:
    assert bag.tally(PEOPLE).missing == ("email to c-1@people.example",)
    bag.arrived(MAIL)
    bag.arrived(MAIL)
    assert bag.tally(PEOPLE).repeated == ("email to c-1@people.example",)
    bag.arrived(replace(MAIL, place="else@people.example"))
    assert "email to else@people.example" in bag.tally(PEOPLE).unasked
    bag.decided(decision("email"))
    assert bag.tally(PEOPLE).decided_twice == (f"{CROSSED.id} on email",)
    assert not bag.tally(PEOPLE).even


def test_who_did_not_agree_must_hear_nothing(bag: Mailbag) -> None:
    bag.arrived(MAIL)
    silent = {ADA.id: replace(ADA, ways=frozenset())}
    assert bag.tally(silent).unasked == ("c-1 did not agree to email",)


def test_a_crossing_without_a_decision_on_a_channel_is_undecided() -> None:
    bag = Mailbag()
    bag.crossed(CROSSED)
    bag.decided(decision("email"))
    assert bag.undecided() == [CROSSED]
