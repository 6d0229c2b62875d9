"""The chain's inputs are sound, and its mail server knows whose message came when."""

from __future__ import annotations

import smtplib
import time

from schemas.contact import Profile, read_contact
from stream.testing.log import Partition
from tests.bench.chain import CROSSES_AT, profiles, rules
from tests.bench.load import ROUNDS, contact_of
from tests.bench.mail_clock import MailClock


def test_nothing_is_in_the_way_of_a_message() -> None:
    """No bundle, no hours, nobody held out."""
    document = rules()
    assert document.bundle.seconds == 0
    assert [each.id for each in document.milestones] == ["documents"]


def test_whoever_has_an_event_has_a_profile() -> None:
    """Who has none is waited for, and would be measured with it."""
    events = 20 * ROUNDS
    known = dict(profiles(events))
    assert {f"c-{contact_of(number)}" for number in range(events)} <= known.keys()
    contacts = Partition("contacts", 0)
    records = [contacts.append(key.encode(), value.encode(), (), 5) for key, value in known.items()]
    assert all(isinstance(read_contact(each), Profile) for each in records)


def test_the_crossing_event_is_a_contact_s_tenth() -> None:
    """By its place among the events of that contact."""
    whole = range(contact_of(ROUNDS - 1) * -ROUNDS * 2)
    numbers = [number for number in whole if contact_of(number) == 5]
    assert numbers[CROSSES_AT - 1] % ROUNDS == CROSSES_AT - 1


def test_a_message_is_noted_with_its_contact_and_moment() -> None:
    """The first one, when all of it has come."""
    with MailClock() as mail:
        began = time.monotonic_ns()
        with smtplib.SMTP("127.0.0.1", mail.port) as client:
            for to in ("c-1", "c-2", "c-1"):
                client.sendmail("a@example.com", [f"{to}@example.com"], "Subject: hello\r\n\r\nhello\r\n")
        assert mail.came.keys() == {"c-1", "c-2"}
        assert began < mail.came["c-1"] < mail.came["c-2"] < time.monotonic_ns()
