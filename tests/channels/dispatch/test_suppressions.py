"""What contacts have said since the oldest lease, as it is looked up before each request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.dispatch.suppressions import APART_MS, MOST_PLACES, Heard, Suppressions
from schemas.channel import CHANNELS, Channel
from schemas.contact_change import OPENING, Change, ContactChange
from schemas.delivery import Delivery, EmailTo, MobilePushTo, Target, digest_of
from stream.core.celebration.standing import Standing
from tests.channels.dispatch.samples import NOW_MS, browser, delivery

BEFORE = float("-inf")
TAKEN = 100.0
LONG_AGO = NOW_MS - 10 * APART_MS


def change(kind: Change, at_ms: int = NOW_MS + 1, contact: str = "c-1", **more: object) -> ContactChange:
    return msgspec.convert({"contact_id": contact, "change": kind, "at": at_ms, **more}, ContactChange)


def heard(what: ContactChange, *, written_ms: int | None = None, heard_at: float = BEFORE) -> Heard:
    return Heard(what, what.at_ms if written_ms is None else written_ms, heard_at)


def known(*what: ContactChange | Heard) -> Suppressions:
    suppressions = Suppressions(LONG_AGO)
    for each in what:
        suppressions.take(each if isinstance(each, Heard) else heard(each))
    return suppressions


def stops(suppressions: Suppressions, of: Delivery | None = None, channel: Channel = "web_push") -> Change | None:
    return suppressions.against(of or delivery(), channel, NOW_MS, TAKEN)


@pytest.mark.parametrize(
    ("kind", "more", "channels"),
    [
        ("unsubscribe", {}, CHANNELS),
        ("unsubscribe", {"channel": "email"}, ("email",)),
        ("unsubscribe", {"channel": "mobile_push"}, ("mobile_push",)),
        ("mute", {}, CHANNELS),
        ("erase", {}, CHANNELS),
        ("complaint", {}, ("email",)),
        ("hard_bounce", {}, ("email",)),
    ],
)
def test_each_no_stops_the_channels_that_it_is_about(
    kind: Change, more: dict[str, Any], channels: Sequence[Channel]
) -> None:
    """And names itself, for the receipt."""
    places: dict[Channel, Target] = {
        "email": EmailTo(address="a@x.example"),
        "web_push": browser("c-1"),
        "mobile_push": MobilePushTo(token="t"),
    }
    suppressions = known(change(kind, **more))
    stopped = {each: stops(suppressions, delivery(to=places[each]), each) for each in CHANNELS}
    assert stopped == {each: kind if each in channels else None for each in CHANNELS}
    assert stops(suppressions, delivery("c-2")) is None


@pytest.mark.parametrize("kind", ["dead_endpoint", "dead_token", "hard_bounce"])
def test_a_dead_place_stops_what_goes_there_and_nothing_else(kind: Change) -> None:
    """The contact's other browser, and the corrected address, get theirs."""
    dead = known(change(kind, digest=digest_of(browser("c-1"))))
    assert stops(dead) == kind
    assert stops(dead, delivery(to=browser("another"))) is None
    assert stops(dead, delivery(to=EmailTo(address="new@x.example")), "email") is None


def test_what_was_said_before_the_release_is_the_planners_to_judge() -> None:
    """It has read it: if it released all the same, a newer profile says yes. Clocks may differ by `APART_MS`."""
    assert stops(known(change("unsubscribe", NOW_MS - APART_MS))) == "unsubscribe"
    assert stops(known(change("unsubscribe", NOW_MS - APART_MS - 1))) is None
    assert stops(known(change("dead_endpoint", NOW_MS - 1, digest=digest_of(browser("c-1"))))) is None


def test_what_is_heard_after_the_delivery_came_was_said_after_its_release() -> None:
    """Whatever the clocks of others say: theirs may be minutes behind."""
    behind = change("unsubscribe", LONG_AGO)
    assert stops(known(heard(behind, written_ms=LONG_AGO, heard_at=TAKEN))) == "unsubscribe"
    assert stops(known(heard(behind, written_ms=LONG_AGO, heard_at=TAKEN - 1))) is None


def test_a_no_of_yesterday_that_is_written_now_counts_from_now() -> None:
    """A relay tells of a complaint a day late, and an import brings what others have kept."""
    assert stops(known(heard(change("unsubscribe", LONG_AGO - 86_400_000), written_ms=NOW_MS))) == "unsubscribe"


@pytest.mark.parametrize(
    ("no", "yes", "stopped"),
    [
        (change("unsubscribe", NOW_MS + 1), change("resubscribe", NOW_MS + 2), None),
        (change("unsubscribe", NOW_MS + 1), change("resubscribe", NOW_MS + 2, channel="web_push"), None),
        (change("unsubscribe", NOW_MS + 1), change("resubscribe", NOW_MS + 2, channel="email"), "unsubscribe"),
        (change("unsubscribe", NOW_MS + 2), change("resubscribe", NOW_MS + 1), "unsubscribe"),
        (change("unsubscribe", NOW_MS + 1), change("resubscribe", NOW_MS + 1), "unsubscribe"),
        (change("mute", NOW_MS + 1), change("resubscribe", NOW_MS + 2), None),
        (change("mute", NOW_MS + 1), change("resubscribe", NOW_MS + 2, channel="web_push"), "mute"),
        (change("erase", NOW_MS + 1), change("resubscribe", NOW_MS + 2), "erase"),
    ],
)
def test_a_later_yes_lets_it_through(no: ContactChange, yes: ContactChange, stopped: Change | None) -> None:
    """In whichever order the two come; what is erased is not opened by it."""
    assert stops(known(no, yes)) == stops(known(yes, no)) == stopped


_CHANGES = st.builds(
    change,
    st.sampled_from(["unsubscribe", "mute", "complaint", "resubscribe"]),
    st.integers(NOW_MS, NOW_MS + 6),
    channel=st.none(),
) | st.builds(
    change,
    st.sampled_from(["unsubscribe", "resubscribe"]),
    st.integers(NOW_MS, NOW_MS + 6),
    channel=st.sampled_from(CHANNELS),
)


@given(st.lists(_CHANGES, max_size=8), st.sampled_from(CHANNELS))
def test_it_agrees_with_the_planners_standing(changes: list[ContactChange], channel: Channel) -> None:
    """Of changes since the release: what the planner would not release any more is not sent, and nothing else."""
    standing = Standing()
    for each in changes:
        standing.take(each)
    stopped = stops(known(*changes), channel=channel)
    assert (stopped is not None) == (standing.is_muted or standing.is_suppressed(channel))
    assert stopped not in OPENING


def test_who_is_forgotten_for_room_is_told_of() -> None:
    """What was released when one spoke who is forgotten is not covered: the planner asks consent anew."""
    full = Suppressions(LONG_AGO, most=2)
    for nth in range(2):
        full.take(heard(change("unsubscribe", NOW_MS + nth, f"c-{nth}")))
    assert full.covers(LONG_AGO + APART_MS)
    full.take(heard(change("unsubscribe", NOW_MS + 2, "c-2")))
    assert len(full) == 2
    assert not full.covers(NOW_MS + APART_MS)
    assert full.covers(NOW_MS + APART_MS + 1)


def test_what_is_older_than_any_lease_is_forgotten() -> None:
    """One who has said something since is kept."""
    some = known(change("mute", NOW_MS, "a"), change("mute", NOW_MS, "b"), change("mute", NOW_MS + 9, "a"))
    some.forget(NOW_MS + 9)
    assert len(some) == 1
    assert stops(some, delivery("a")) == "mute"


def test_one_contact_takes_bounded_room_whatever_is_said_of_it() -> None:
    """An endpoint for dead places is open to the world in many installations; a no stays whatever comes after it."""
    many = known(change("mute"), *(change("dead_endpoint", digest=f"{nth:064x}") for nth in range(3 * MOST_PLACES)))
    assert stops(many) == "mute"
    assert len(many) == 1
    assert len(many._said["c-1"].closed) == MOST_PLACES
