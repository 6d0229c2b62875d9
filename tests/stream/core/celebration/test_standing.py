"""Guarantee G7: consent only tightens by accident, never loosens. The oracle reads facts in the order of time."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.channel import CHANNELS, Channel
from schemas.contact import Contact, WebPushKeys, WebPushTarget
from schemas.contact_change import Change, ContactChange
from schemas.delivery import EmailTo, MobilePushTo, WebPushTo
from schemas.target_digest import address_digest, target_digest
from stream.core.celebration.reach import places_of, reach
from stream.core.celebration.standing import MOST_TARGETS, Standing

BROWSER = WebPushTarget(endpoint="https://push.example/1", keys=WebPushKeys(p256dh="p", auth="a"))
PROFILE = Contact(
    contact_id="c-1",
    email="Ada@Example.com",
    consent_email=True,
    web_push_subscription=True,
    web_push_targets=(BROWSER,),
    fcm_key=("token-1", "token-2"),
)


def change(what: Change, at: int, **more: Any) -> ContactChange:
    return ContactChange(contact_id="c-1", change=what, at=at, **more)


def standing(*changes: ContactChange) -> Standing:
    made = Standing()
    for each in changes:
        made.take(each)
    return made


def because(contact: Contact, *changes: ContactChange) -> list[str | None]:
    """Why each channel is closed, in the order of CHANNELS; None where it is open."""
    return [reach(contact, standing(*changes), channel).because for channel in CHANNELS]


def test_a_profile_that_agrees_and_has_addresses_is_reached_everywhere() -> None:
    found = {channel: reach(PROFILE, Standing(), channel).targets for channel in CHANNELS}
    assert found == {
        "email": (EmailTo(address="Ada@Example.com"),),
        "web_push": (WebPushTo(target=BROWSER),),
        "mobile_push": (MobilePushTo(token="token-1"), MobilePushTo(token="token-2")),
    }


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ({"consent_email": False}, ["consent", None, None]),
        ({"email": None}, ["unreachable", None, None]),
        ({"web_push_subscription": False}, [None, "consent", None]),
        ({"web_push_targets": ()}, [None, "unreachable", None]),
        ({"fcm_key": None}, [None, None, "unreachable"]),
        ({"fcm_key": ()}, [None, None, "unreachable"]),
    ],
)
def test_each_channel_needs_its_own_consent_and_address(profile: dict[str, Any], expected: list[str | None]) -> None:
    """Seed: consent email is true, web push subscription is true, FCM key has any value."""
    assert because(msgspec.structs.replace(PROFILE, **profile)) == expected


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (change("unsubscribe", 10), ["suppressed"] * 3),
        (change("unsubscribe", 10, channel="web_push"), [None, "suppressed", None]),
        (change("mute", 10), ["muted"] * 3),
        (change("complaint", 10), ["suppressed", None, None]),
        (change("hard_bounce", 10), ["suppressed", None, None]),
    ],
)
def test_what_a_contact_said_holds_until_a_later_resubscribe(what: ContactChange, expected: list[str | None]) -> None:
    """However often the profile is written again, and whichever of the two records comes first."""
    assert because(PROFILE, what) == expected
    assert because(PROFILE, what, change("resubscribe", 10)) == expected, "at the same moment it holds"
    assert because(PROFILE, what, change("resubscribe", 11)) == [None] * 3
    assert because(PROFILE, change("resubscribe", 11), what) == [None] * 3


@pytest.mark.parametrize("what", ["unsubscribe", "mute", "complaint", "hard_bounce"])
def test_a_later_date_of_consent_opens_email_alone(what: Change) -> None:
    later, same = (msgspec.structs.replace(PROFILE, consent_email_at=at) for at in (11, 10))
    assert because(later, change(what, 10))[0] is None
    assert because(later, change(what, 10))[1:] == because(PROFILE, change(what, 10))[1:]
    assert because(same, change(what, 10))[0] is not None
    assert because(PROFILE, change(what, 10))[0] is not None, "a profile without a date says nothing"


def test_a_resubscribe_of_one_channel_leaves_a_mute_alone() -> None:
    """Who muted everything must say so of everything."""
    assert because(PROFILE, change("mute", 10), change("resubscribe", 11, channel="email")) == ["muted"] * 3


def test_a_dead_target_stays_dead_while_profiles_repeat_it() -> None:
    """And the others go on."""
    dead = [
        change("dead_token", 10, digest=target_digest("token-1")),
        change("dead_endpoint", 10, digest=target_digest(BROWSER.endpoint)),
    ]
    made = standing(*dead)
    assert reach(PROFILE, made, "mobile_push").targets == (MobilePushTo(token="token-2"),)
    assert reach(PROFILE, made, "web_push").because == "suppressed"
    assert reach(PROFILE, made, "email").targets


def test_a_bounced_address_is_known_by_any_case() -> None:
    """A profile that writes it otherwise does not revive it, nor does a subscription of everything."""
    made = standing(change("hard_bounce", 10, digest=address_digest("ada@example.COM")), change("resubscribe", 11))
    assert reach(PROFILE, made, "email").because == "suppressed"
    assert reach(msgspec.structs.replace(PROFILE, email="new@example.com"), made, "email").targets


OTHER = msgspec.structs.replace(PROFILE, email="new@example.com")


def test_a_bounce_buries_an_address_and_not_the_channel() -> None:
    """A corrected one is written to; what the contact said itself closes the channel for every address."""
    bounced = change("hard_bounce", 10, digest=address_digest("ada@example.com"))
    assert because(PROFILE, bounced) == ["suppressed", None, None]
    assert because(OTHER, bounced) == [None] * 3
    for word in ("unsubscribe", "complaint", "mute"):
        assert because(OTHER, bounced, change(word, 9))[0] is not None
        assert because(OTHER, bounced, change(word, 11))[0] is not None


def test_a_bounce_of_nobody_knows_what_is_of_the_address_of_that_time() -> None:
    """A change by hand need not say it. Without any address it closes the channel, as ever."""
    made = Standing()
    made.take(change("hard_bounce", 10), "ada@example.com")
    assert reach(PROFILE, made, "email").because == "suppressed"
    assert reach(OTHER, made, "email").targets
    assert because(OTHER, change("hard_bounce", 10))[0] == "suppressed"


DEAD = [
    change("hard_bounce", 10, digest=address_digest("ada@example.com")),
    change("dead_endpoint", 10, digest=target_digest(BROWSER.endpoint)),
    change("dead_token", 10, digest=target_digest("token-1")),
    change("dead_token", 10, digest=target_digest("token-2")),
]
EMPTY = Contact(contact_id="c-1", consent_email=True, web_push_subscription=True)


def after(*steps: ContactChange | tuple[Contact | None, int]) -> Standing:
    """The standing after changes, and after profiles (None: removed) of so many ms."""
    made, before = Standing(), None
    for step in steps:
        if isinstance(step, ContactChange):
            made.take(step)
            continue
        profile, at_ms = step
        if profile is not None:
            made.named(places_of(profile), places_of(before) if before is not None else None, at_ms)
        elif before is not None:
            made.removed(places_of(before), at_ms)
        before = profile
    return made


def reasons(profile: Contact, made: Standing) -> list[str | None]:
    return [reach(profile, made, channel).because for channel in CHANNELS]


@pytest.mark.parametrize("between", [EMPTY, None])
def test_a_buried_place_that_comes_again_is_tried_once_more(between: Contact | None) -> None:
    """On every channel; it had left the profile, or went with it. Found dead again, it is buried again."""
    made = after((PROFILE, 5), *DEAD, (between, 11), (PROFILE, 12))
    assert reasons(PROFILE, made) == [None] * 3
    for each in DEAD:
        made.take(msgspec.structs.replace(each, at=13))
    assert reasons(PROFILE, made) == ["suppressed"] * 3
    made.named(places_of(PROFILE), places_of(PROFILE), 14)
    assert reasons(PROFILE, made) == ["suppressed"] * 3


@pytest.mark.parametrize(
    "profiles",
    [
        [(PROFILE, 5), (PROFILE, 11), (PROFILE, 12)],
        [(PROFILE, 5), (EMPTY, 8), (PROFILE, 9)],
        [(EMPTY, 5), (PROFILE, 10)],
    ],
)
def test_what_is_only_repeated_or_no_newer_stays_buried(profiles: list[tuple[Contact, int]]) -> None:
    """Guarantee G7: a dead place stays dead while profiles repeat it, and an old profile read late revives nothing."""
    first, *rest = profiles
    assert reasons(PROFILE, after(first, *DEAD, *rest)) == ["suppressed"] * 3


def test_a_place_that_left_before_it_was_found_dead_comes_again_too() -> None:
    """What is on its way to it when the profile drops it comes back later."""
    assert reasons(PROFILE, after((PROFILE, 5), (EMPTY, 9), *DEAD, (PROFILE, 12))) == [None] * 3


def test_a_first_profile_revives_nothing() -> None:
    """A list of dead places that is imported before the profiles holds against them."""
    assert reasons(PROFILE, after(*DEAD, (PROFILE, 12))) == ["suppressed"] * 3
    assert reasons(PROFILE, after(*DEAD, (None, 11), (PROFILE, 12))) == ["suppressed"] * 3


def test_a_row_of_an_earlier_release_keeps_its_bounce_as_it_was() -> None:
    """It wrote the channel closed, and a bounce cannot be told from a word of the contact: the no wins."""
    old = msgspec.msgpack.encode([{"email": 10}, {}, 0, 0, {address_digest("ada@example.com"): 10}, {}])
    made = msgspec.msgpack.decode(old, type=Standing)
    assert reach(OTHER, made, "email").because == "suppressed"
    assert reach(msgspec.structs.replace(OTHER, consent_email_at=11), made, "email").targets


def test_a_browser_that_changed_its_endpoint_is_reached_there_and_opens_nothing() -> None:
    """It does so by itself: nobody has agreed to anything."""
    moved = msgspec.structs.replace(BROWSER, endpoint="https://push.example/2")
    old = change("dead_endpoint", 10, digest=target_digest(BROWSER.endpoint))
    new = change("new_endpoint", 10, web_push_target=moved)
    assert reach(PROFILE, standing(old, new), "web_push").targets == (WebPushTo(target=moved),)
    gone = change("unsubscribe", 9, channel="web_push")
    assert reach(PROFILE, standing(gone, old, new), "web_push").because == "suppressed"
    closed = msgspec.structs.replace(PROFILE, web_push_subscription=False)
    assert reach(closed, standing(new), "web_push").because == "consent"


def test_an_endpoint_that_is_made_anew_lives() -> None:
    """Until it is found dead after that."""
    dead = change("dead_endpoint", 10, digest=target_digest(BROWSER.endpoint))
    new = change("new_endpoint", 11, web_push_target=BROWSER)
    assert reach(PROFILE, standing(dead, new), "web_push").targets == (WebPushTo(target=BROWSER),)
    again = change("dead_endpoint", 11, digest=target_digest(BROWSER.endpoint))
    assert reach(PROFILE, standing(new, again), "web_push").because == "suppressed"


def test_a_row_does_not_grow_without_end() -> None:
    """The newest are kept."""
    made = standing(*(change("dead_token", at, digest=f"{at:064x}") for at in range(1, 3 * MOST_TARGETS)))
    assert len(made.dead) == MOST_TARGETS
    assert made.is_dead(f"{3 * MOST_TARGETS - 1:064x}")


CHANNEL: st.SearchStrategy[Channel | None] = st.sampled_from([None, *CHANNELS])
TIMES = st.integers(1, 12)
CHANGES = st.one_of(
    st.builds(change, st.sampled_from(["unsubscribe", "resubscribe"]), TIMES, channel=CHANNEL),
    st.builds(change, st.sampled_from(["mute", "complaint", "hard_bounce"]), TIMES),
    st.builds(
        change,
        st.just("dead_token"),
        TIMES,
        digest=st.sampled_from([target_digest("token-1"), target_digest("token-2")]),
    ),
    st.builds(change, st.just("dead_endpoint"), TIMES, digest=st.just(target_digest(BROWSER.endpoint))),
    st.builds(change, st.just("new_endpoint"), TIMES, web_push_target=st.just(BROWSER)),
)
STORIES = st.lists(CHANGES, max_size=12)


@given(STORIES, st.randoms(use_true_random=False), st.lists(st.integers(0, 11), max_size=6))
def test_neither_order_nor_repeats_matter(changes: list[ContactChange], random: Any, repeats: list[int]) -> None:
    """Records of two writers have no order, and a retried one comes twice."""
    shuffled = changes + [changes[at] for at in repeats if at < len(changes)]
    random.shuffle(shuffled)
    assert msgspec.to_builtins(standing(*shuffled)) == msgspec.to_builtins(standing(*changes))


@given(STORIES, st.none() | TIMES)
def test_email_is_open_exactly_when_nothing_later_is_against_it(
    changes: list[ContactChange], consented: int | None
) -> None:
    """Against the rule read slowly: each fact against email needs a later one for it that covers it."""
    profile = msgspec.structs.replace(PROFILE, consent_email_at=consented)
    against = [
        each
        for each in changes
        if each.change in ("mute", "complaint", "hard_bounce")
        or (each.change == "unsubscribe" and each.channel in (None, "email"))
    ]

    def answered(fact: ContactChange) -> bool:
        if (consented or 0) > fact.at_ms:
            return True
        covers = (None,) if fact.change == "mute" else (None, "email")
        return any(
            each.change == "resubscribe" and each.channel in covers and each.at_ms > fact.at_ms for each in changes
        )

    assert (reach(profile, standing(*changes), "email").because is None) == all(map(answered, against))


@given(STORIES)
def test_a_standing_survives_its_row(changes: list[ContactChange]) -> None:
    """As MessagePack, and an empty row is a standing too."""
    made = standing(*changes)
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(made), type=Standing)
    assert msgspec.to_builtins(again) == msgspec.to_builtins(made)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode([]), type=Standing) == Standing()
    assert json.dumps(msgspec.to_builtins(made)).find("Ada") < 0, "no address stands in it"
