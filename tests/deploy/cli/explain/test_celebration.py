"""What became of a celebration, from records in any mixture."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pytest

from deploy.cli.explain.celebration import DECISIONS_KEPT_MS, Celebration, State, celebrations_of
from deploy.cli.explain.waits import Wait
from schemas.channel import CHANNELS, Channel
from schemas.decision import Decision, No, decision_id
from schemas.milestone_crossed import EventSource, MilestoneCrossed
from schemas.moment import parse_rfc3339
from schemas.receipt import Outcome, Receipt, receipt_id
from stream.core.celebration.out import Out

AT = "2026-11-20T14:41:07.120Z"
NOW = parse_rfc3339(AT) + 60_000
CROSSING = MilestoneCrossed(
    id="x", contact_id="c-1", milestone="documents-10", occurrence=1, metric="documents", kind="sum", tier="minor",
    threshold=10, value_before=9, value=10, occurred_at=AT, detected_at=AT, celebrate=True, rules_version=1,
    source=EventSource(topic="t", partition=0, offset=1, event_source="", event_id="e"),
)  # fmt: skip


def decided(channel: Channel, because: No | None = None, subject: str = "x") -> Decision:
    return Decision(
        id=decision_id(subject, channel), contact_id="c-1", subject="crossing", subject_id=subject,
        milestone="documents-10", occurrence=1, channel=channel, send=because is None, because=because, decided_at=AT,
        rules_version=1,
    )  # fmt: skip


def receipt(outcome: Outcome, attempt: int = 1, place: str = "d-1", channel: Channel = "web_push") -> Receipt:
    return Receipt(
        id=receipt_id(place, attempt), delivery_id=place, decision_id=decision_id("x", channel), contact_id="c-1",
        channel=channel, attempt=attempt, outcome=outcome, released_at=AT, at=AT,
    )  # fmt: skip


def only(
    decisions: Iterable[Decision] = (), receipts: Iterable[Receipt] = (), waits: Iterable[Wait] = (), now_ms: int = NOW
) -> Celebration:
    (found,) = celebrations_of([CROSSING], decisions, receipts, {"x": [*waits]}, now_ms)
    return found


def states(found: Celebration) -> dict[Channel, State]:
    return {each.channel: each.state for each in found.channels}


def test_every_channel_has_a_state_whatever_is_missing() -> None:
    """Decided, waiting, and not come to yet, side by side."""
    found = only([decided("email", "channel_off")], waits=[Wait("web_push", "hours", NOW)])

    assert states(found) == {"email": "no", "web_push": "later", "mobile_push": "unread"}
    assert [each.channel for each in found.channels] == list(CHANNELS)


def test_a_decision_outlives_the_wait_that_was_read_before_it() -> None:
    """Topics are read one after the other while the planner goes on: the later fact holds."""
    assert states(only([decided("web_push", "consent")], waits=[Wait("web_push", "look", NOW)]))["web_push"] == "no"


def test_what_is_older_than_decisions_are_kept_is_not_called_unread() -> None:
    """Nobody should look for a planner that did its work last year."""
    assert set(states(only(now_ms=NOW + DECISIONS_KEPT_MS)).values()) == {"forgotten"}


@pytest.mark.parametrize(
    ("receipts", "state"),
    [
        ([], "on_its_way"),
        ([receipt("deferred")], "on_its_way"),
        ([receipt("deferred"), receipt("sent", 2)], "sent"),
        ([receipt("deferred"), receipt("expired", 2)], "failed"),
        ([receipt("gone"), receipt("sent", place="d-2")], "sent"),
        ([receipt("gone"), receipt("deferred", place="d-2")], "on_its_way"),
        ([receipt("gone"), receipt("rejected", place="d-2")], "failed"),
        ([receipt("unknown")], "failed"),
    ],
)
def test_a_yes_is_what_its_receipts_say(receipts: list[Receipt], state: State) -> None:
    """Sent if one place took it, failed once every place has ended, else on its way."""
    assert states(only([decided("web_push")], receipts))["web_push"] == state


def test_attempts_are_in_order_and_a_repeated_receipt_counts_once() -> None:
    """A dispatcher that was killed writes a receipt again, under the same id."""
    shuffled = [receipt("sent", 2), receipt("gone", place="d-2"), receipt("deferred"), receipt("sent", 2)]
    (web_push,) = [each for each in only([decided("web_push")], shuffled).channels if each.channel == "web_push"]

    assert [(each.delivery_id, each.attempt) for each in web_push.attempts] == [("d-1", 1), ("d-1", 2), ("d-2", 1)]


def test_decisions_without_their_record_are_told_too() -> None:
    """Nudges are kept for 7 days, decisions for 90."""
    later = msgspec.structs.replace(decided("email", "audience", "gone"), decided_at="2026-11-21T00:00:00.000Z")
    first, second = celebrations_of([CROSSING], [later], [], {}, NOW)

    assert (first.id, second.id, second.record) == ("x", "gone", None)
    assert states(second) == {"email": "no"}


def test_what_was_sent_instead_is_named_and_so_is_the_message_that_tells_it() -> None:
    """By its name where it is known. What is a line of another message has the receipts of that one."""
    top = msgspec.structs.replace(CROSSING, id="y", milestone="club", occurrence=3)
    instead = msgspec.structs.replace(decided("email", "absorbed"), absorbed_by="y")
    line = msgspec.structs.replace(decided("web_push"), bundled_with="y")
    of_top = msgspec.structs.replace(receipt("sent"), decision_id=decision_id("y", "web_push"))
    found = celebrations_of([CROSSING, top], [instead, line], [of_top], {}, NOW)
    email, web_push, _ = next(each for each in found if each.id == "x").channels
    assert (email.state, email.other) == ("no", "club, occurrence 3")
    assert (web_push.state, web_push.other, web_push.attempts) == ("sent", "club, occurrence 3", (of_top,))
    (alone,) = celebrations_of([CROSSING], [instead], [], {}, NOW)
    assert alone.channels[0].other == "y"


def test_the_next_look_is_that_of_the_planners_row() -> None:
    """Of a delivery that it knows to have been given back."""
    given_back = receipt("deferred")
    out = Out("d-1", "x", "web_push", NOW, NOW + 5000, is_deferred=True)
    for known, again in ((out, {"d-1": NOW + 5000}), (msgspec.structs.replace(out, is_deferred=False), {})):
        (found,) = celebrations_of([CROSSING], [decided("web_push")], [given_back], {}, NOW, out=[known])
        assert next(each for each in found.channels if each.channel == "web_push").again == again
