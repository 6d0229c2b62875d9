"""What is written when a delivery ends."""

from __future__ import annotations

import pytest

from channels.dispatch.aftermath import DETAIL, Names, aftermath
from channels.dispatch.claim import Claim
from channels.dispatch.job import Job
from channels.dispatch.lease import Ending, Lease
from schemas.channel import Channel
from schemas.contact_change import ContactChange, read_change
from schemas.dead_letter import reason_of
from schemas.delivery import Delivery, EmailTo, MobilePushTo, WebPushTo, encode_delivery
from schemas.limits import DEFAULTS
from schemas.receipt import Receipt, decode_receipt, receipt_id
from schemas.target_digest import address_digest, target_digest
from tests.channels.dispatch.samples import NOW_MS, TOPIC, browser, delivery
from tests.stand_in import StandIn

NOW = 1_000.0


def names(channel: Channel = "web_push") -> Names:
    return Names.of("p-", channel, 1_000_000)


def job(of: Delivery, *, tries: int = 2) -> Job:
    record = StandIn(of.contact_id.encode(), encode_delivery(of), (("trace", b"t"),), TOPIC, p=3, o=7)
    return Job(record, Claim(3), of, "push.example", Lease(of.attempt, NOW - 3, NOW + 297, NOW - 2.5, tries), NOW_MS)


def receipt(of: Delivery, ending: Ending) -> Receipt:
    return decode_receipt(aftermath(job(of), ending, names(), NOW, NOW_MS)[0].value or b"")


def test_a_receipt_says_what_became_of_the_attempt() -> None:
    """With the id of the attempt, the same whenever it is written again, and nothing about a place."""
    of = delivery("c-1", attempt=3)

    (written,) = aftermath(job(of), Ending(outcome="sent", code="201", provider_id="x"), names(), NOW, NOW_MS)

    assert (written.topic, written.key, written.partition) == ("p-delivery-receipts", b"c-1", None)
    assert decode_receipt(written.value or b"") == Receipt(
        id=receipt_id(of.id, 3),
        delivery_id=of.id,
        decision_id=of.decision_id,
        contact_id="c-1",
        channel="web_push",
        attempt=3,
        outcome="sent",
        provider="push.example",
        provider_id="x",
        code="201",
        tries=2,
        released_at=of.released_at,
        at="2027-01-15T08:00:00.000Z",
        took_ms=2500,
    )


def test_only_a_deferred_receipt_has_a_time_to_try_again() -> None:
    """Counted from now on the wall's clock."""
    assert receipt(delivery(), Ending(outcome="deferred", until=61.5)).until == "2027-01-15T08:01:01.500Z"
    assert receipt(delivery(), Ending(outcome="deferred", until=0.0)).until == "2027-01-15T08:00:00.000Z"
    assert receipt(delivery(), Ending(outcome="rejected")).until is None


@pytest.mark.parametrize(
    ("to", "channel", "change", "digest"),
    [
        (EmailTo(address="Ada@Example.com"), "email", "hard_bounce", address_digest("ada@example.com")),
        (browser("c-1"), "web_push", "dead_endpoint", target_digest("https://push.example/c-1")),
        (MobilePushTo(token="tok-1"), "mobile_push", "dead_token", target_digest("tok-1")),
    ],
)
def test_a_place_that_is_gone_becomes_a_change_of_the_contact(
    to: EmailTo | WebPushTo | MobilePushTo, channel: Channel, change: str, digest: str
) -> None:
    """One that the planner takes, with the digest by which it knows the place."""
    of = delivery("c-1", to=to)

    _, written = aftermath(job(of), Ending(outcome="gone", code="410"), names(channel), NOW, NOW_MS)
    found = read_change(StandIn(written.key, written.value), NOW_MS, DEFAULTS)

    assert written.topic == "p-contact-changes"
    assert isinstance(found, ContactChange)
    assert (found.change, found.digest, found.at_ms) == (change, digest, NOW_MS)


def test_a_dead_letter_is_the_record_as_it_came() -> None:
    """To the same partition number, with its headers and the reason."""
    of = delivery("c-1")
    ended = Ending(outcome="dead_lettered", code="internal_error", detail="TypeError in the sender")

    first, letter = aftermath(job(of), ended, names(), NOW, NOW_MS)

    assert decode_receipt(first.value or b"").outcome == "dead_lettered"
    assert (letter.topic, letter.partition) == ("p-deliveries-web-push-dlq", 3)
    assert (letter.key, letter.value, letter.headers[0]) == (b"c-1", encode_delivery(of), ("trace", b"t"))
    reason = reason_of(letter.headers)
    assert reason is not None
    assert (reason.code, reason.message, reason.offset) == ("internal_error", "TypeError in the sender", 7)


def test_a_code_that_no_table_knows_is_a_fault_of_ours() -> None:
    """A sender that invents a code must not stop the dispatcher."""
    _, letter = aftermath(job(delivery()), Ending(outcome="dead_lettered", code="what"), names(), NOW, NOW_MS)

    reason = reason_of(letter.headers)
    assert reason is not None
    assert reason.code == "internal_error"


@pytest.mark.parametrize(
    ("address", "repeated"),
    [
        ("ada@example.com", "ADA@example.COM"),
        ("ada.k@example.com", "ADA.\N{KELVIN SIGN}@example.com"),
        ("zoé@example.com", "ZOÉ@EXAMPLE.COM"),
    ],
)
def test_no_receipt_or_change_holds_the_place(address: str, repeated: str) -> None:
    """Mail servers repeat the address anywhere in their answers, in whatever case."""
    of = delivery("c-1", to=EmailTo(address=address))
    said = Ending(
        outcome="gone",
        code=f"550 <{repeated}>",
        detail=f"<{repeated}>: no such user. " + "x" * 2_000,
        provider_id=f"queued for {repeated}",
    )

    writings = aftermath(job(of), said, names("email"), NOW, NOW_MS)

    assert all(repeated.lower() not in (each.value or b"").decode().lower() for each in writings)
    assert len(decode_receipt(writings[0].value or b"").detail or "") == DETAIL
