"""What a crossing says: why it is not celebrated, its neighbours, the holdout and the reward."""

from __future__ import annotations

from decimal import Decimal

import pytest

from schemas.milestone_crossed import NextRung, Rung, TimerSource, crossing_id
from stream.core.crossed import Crossed
from stream.core.holdout import bucket
from tests.stream.core.samples import APPLIED_MS, Contact, counting, document, event, summing

DAY_MS = 86_400_000


def _only(contact: Contact, **rest: int | bool) -> Crossed:
    (crossed,) = contact.crossings(event(**rest))  # type: ignore[arg-type]  # keywords of an event
    return crossed


@pytest.mark.parametrize(
    ("history", "signed_up_ms", "at_ms", "backfill", "reason"),
    [
        ("complete", None, APPLIED_MS, False, None),
        ("complete", APPLIED_MS - DAY_MS, APPLIED_MS, False, None),
        ("complete", None, APPLIED_MS - 1, False, "before_milestone"),
        ("complete", None, APPLIED_MS, True, "backfill"),
        ("complete", None, APPLIED_MS - 1, True, "before_milestone"),
        ("from_now", None, APPLIED_MS + DAY_MS, False, "history_incomplete"),
        ("from_now", APPLIED_MS - 1, APPLIED_MS + DAY_MS, False, "history_incomplete"),
        ("from_now", APPLIED_MS - 1, APPLIED_MS - 1, True, "history_incomplete"),
        ("from_now", APPLIED_MS, APPLIED_MS, False, None),
        ("from_now", APPLIED_MS, APPLIED_MS - 1, False, "before_milestone"),
        ("from_now", APPLIED_MS, APPLIED_MS, True, "backfill"),
    ],
)
def test_nobody_is_celebrated_for_the_past(
    history: str, signed_up_ms: int | None, at_ms: int, backfill: bool, reason: str | None
) -> None:
    """Guarantee G3, the weightiest reason first."""
    contact = Contact(counting(1, history=history), signed_up_ms=signed_up_ms)
    crossed = _only(contact, at_ms=at_ms, backfill=backfill)
    assert (crossed.not_celebrated_because, crossed.celebrate) == (reason, reason is None)


def test_a_metric_may_say_more_of_its_history_than_the_product() -> None:
    """`history` of a metric overrides the file's."""
    metrics = {"uses": {"count": "events", "from": "used", "history": "complete"}}
    rules = document(metrics, [{"id": "first", "when": {"uses": 1}}], history="from_now")
    assert _only(Contact(rules)).celebrate


def test_a_milestone_added_later_is_not_celebrated_for_earlier_events() -> None:
    """It is compared with the time at which this very rung was first applied."""
    contact = Contact(counting(5))
    contact.edit(counting(1, 2, 5), APPLIED_MS + DAY_MS)
    assert _only(contact, at_ms=APPLIED_MS + DAY_MS - 1).not_celebrated_because == "before_milestone"
    assert _only(contact, at_ms=APPLIED_MS + DAY_MS).celebrate


def test_a_metric_that_was_away_is_whole_only_for_contacts_who_came_later() -> None:
    """What happened while it was out of the rules was not counted, so its number is too low for all others."""
    contact = Contact(counting(1, 2))
    contact.edit(summing(1), APPLIED_MS + DAY_MS)
    contact.edit(counting(1, 2), APPLIED_MS + 2 * DAY_MS)
    assert _only(contact, at_ms=APPLIED_MS + 3 * DAY_MS).not_celebrated_because == "history_incomplete"
    contact.row.signed_up_ms = APPLIED_MS + 2 * DAY_MS
    assert _only(contact, at_ms=APPLIED_MS + 3 * DAY_MS).celebrate


def test_neighbours_are_found_across_ladders_single_and_repeating_milestones() -> None:
    """previous: nearest lower threshold; next: first above the value reached."""
    rules = document(
        {"uses": {"sum": "value", "from": "used"}},
        [
            {"id": "ladder", "when": {"uses": [10, 100]}},
            {"id": "single", "when": {"uses": 60}},
            {"id": "club", "when": {"uses": "every 50"}},
        ],
    )
    crossed = Contact(rules).crossings(event(value=9), event(value=52), event(value=44))
    assert [(each.milestone, each.occurrence, each.previous, each.next) for each in crossed] == [
        ("ladder-10", 1, None, NextRung(milestone="ladder-100", occurrence=1, threshold=100, remaining=39)),
        (
            "club",
            1,
            Rung(milestone="ladder-10", occurrence=1, threshold=10),
            NextRung(milestone="ladder-100", occurrence=1, threshold=100, remaining=39),
        ),
        (
            "single",
            1,
            Rung(milestone="club", occurrence=1, threshold=50),
            NextRung(milestone="ladder-100", occurrence=1, threshold=100, remaining=39),
        ),
        (
            "ladder-100",
            1,
            Rung(milestone="single", occurrence=1, threshold=60),
            NextRung(milestone="club", occurrence=3, threshold=150, remaining=45),
        ),
        (
            "club",
            2,
            Rung(milestone="single", occurrence=1, threshold=60),
            NextRung(milestone="club", occurrence=3, threshold=150, remaining=45),
        ),
    ]


def test_the_previous_of_a_decimal_threshold_is_the_multiple_below_it() -> None:
    """7.5 comes after the third 2, not after the fourth."""
    crossed = Contact(summing(Decimal("7.5"), every=2)).crossings(event("paid", Decimal("7.5")))
    assert crossed[-1].previous == Rung(milestone="club", occurrence=3, threshold=6)


def test_of_equal_thresholds_the_older_milestone_is_the_neighbour() -> None:
    """So that a record is the same in every replay."""
    metrics = {"uses": {"count": "events", "from": "used"}}
    entries = [{"id": name, "when": {"uses": at}} for name, at in [("b", 1), ("a", 1), ("mid", 2), ("d", 3), ("c", 3)]]
    contact = Contact(document(metrics, [*entries, {"id": "club", "when": {"uses": "every 1"}}]))
    contact.crossings(event())
    crossed = {each.milestone: each for each in contact.crossings(event())}
    assert crossed["mid"].previous == Rung(milestone="b", occurrence=1, threshold=1)
    assert crossed["mid"].next == NextRung(milestone="d", occurrence=1, threshold=3, remaining=1)


def test_a_repeating_milestone_never_repeats_a_number_when_its_step_changes() -> None:
    """Reached every 2 up to 10 is occurrence 5; every 5 goes on with occurrence 6, at the next multiple, 15."""
    contact = Contact(counting(every=2))
    assert contact.names(*(event() for _ in range(10)))[-1] == "club/5"
    contact.edit(counting(every=5), 2 * APPLIED_MS)
    crossed = contact.crossings(*(event() for _ in range(25)))
    assert [(each.occurrence, each.threshold) for each in crossed] == [(6, 15), (7, 20), (8, 25), (9, 30), (10, 35)]


def test_the_last_threshold_has_no_next() -> None:
    """Nothing is invented beyond the ladder."""
    assert _only(Contact(counting(1))).next is None


def test_next_is_never_one_that_this_contact_has_had() -> None:
    """A threshold raised after it was reached will not come again for this contact."""
    metrics = {"uses": {"count": "events", "from": "used"}}
    a = {"id": "a", "when": {"uses": 1}}
    contact = Contact(document(metrics, [a, {"id": "b", "when": {"uses": 2}}, {"id": "c", "when": {"uses": 9}}]))
    contact.crossings(event())
    contact.edit(
        document(metrics, [{**a, "when": {"uses": 5}}, *contact.document.plain()["milestones"][1:]]), 2 * APPLIED_MS
    )
    assert _only(contact).next == NextRung(milestone="c", occurrence=1, threshold=9, remaining=7)


def test_drafts_and_retired_milestones_are_neither_crossed_nor_neighbours() -> None:
    """Only active ones are in force."""
    rules = document(
        {"uses": {"count": "events", "from": "used"}},
        [
            {"id": "draft", "when": {"uses": 1}, "status": "draft"},
            {"id": "active", "when": {"uses": 2}},
            {"id": "retired", "when": {"uses": 3}, "status": "retired"},
        ],
    )
    contact = Contact(rules)
    (crossed,) = contact.crossings(event(), event(), event())
    assert (crossed.milestone, crossed.previous, crossed.next) == ("active", None, None)


def test_a_contact_who_was_erased_and_came_back_has_crossings_of_its_own() -> None:
    """The life is part of the id, from the second on."""
    lives = []
    for life in (1, 2):
        contact = Contact(counting(1))
        contact.row.life = life
        lives.append(_only(contact).record(TimerSource(due_at="2026-01-01T00:00:00.000Z"), APPLIED_MS).id)
    assert lives == [crossing_id("c-1", "uses-1", 1), crossing_id("c-1", "uses-1", 1, life=2)]
    assert lives[0] != lives[1]


def test_a_milestone_says_its_own_things() -> None:
    """Unit, tier, kind and the version of the rules are stamped."""
    metrics = {"money": {"sum": "value", "from": "used", "unit": "USD"}}
    contact = Contact(document(metrics, [{"id": "rich", "when": {"money": 1}, "tier": "major", "means": "It pays."}]))
    crossed = _only(contact)
    assert (crossed.unit, crossed.tier, crossed.kind, crossed.metric) == ("USD", "major", "sum", "money")
    assert crossed.rules_version == 1


@pytest.mark.parametrize(
    ("signed_up_ms", "days"),
    [(None, None), (APPLIED_MS - DAY_MS, 1), (APPLIED_MS - DAY_MS + 1, 0), (APPLIED_MS + 5, 0)],
)
def test_days_since_signup_are_whole_days(signed_up_ms: int | None, days: int | None) -> None:
    """Rounded down, unknown without a sign-up, and never negative."""
    assert _only(Contact(counting(1), signed_up_ms=signed_up_ms)).days_since_signup == days


def test_a_milestone_may_hold_out_more_than_the_product() -> None:
    """Its own share stands instead of the file's; a held-out contact gets no reward."""
    metrics = {"uses": {"count": "events", "from": "used"}}
    own = {"id": "own", "when": {"uses": 1}, "holdout": "100%", "reward": "month"}
    usual = {"id": "usual", "when": {"uses": 1}, "reward": "month"}
    crossed = {each.milestone: each for each in Contact(document(metrics, [own, usual])).crossings(event())}
    assert (crossed["own"].holdout, crossed["own"].reward) == (True, None)
    assert (crossed["usual"].holdout, crossed["usual"].reward) == (False, "month")
    assert crossed["own"].celebrate, "held out is not the same as not to be celebrated"


def test_a_larger_share_only_adds_contacts() -> None:
    """A contact once held out stays so while the share grows."""
    contacts = [f"c-{number}" for number in range(300)]

    def held_out(share: str) -> set[str]:
        rules = counting(1, holdout=share)
        return {name for name in contacts if Contact(rules).crossings(event(contact_id=name))[0].holdout}

    five, ten, all_of_them = held_out("5%"), held_out("10%"), held_out("100%")
    assert held_out("0%") == set()
    assert five < ten < all_of_them == set(contacts)


def test_buckets_are_filled_evenly() -> None:
    """A share of 5% is 5% of contacts."""
    buckets = [bucket(f"c-{number}", "cairn") for number in range(100_000)]
    assert (min(buckets), max(buckets)) == (0, 9999)
    assert 4800 < sum(place < 500 for place in buckets) < 5200


def test_a_share_holds_out_the_buckets_below_it() -> None:
    """A contact in bucket k is held out from k + 1 hundredths of a percent on."""
    place = bucket("c-1", "cairn")
    sides = [
        Contact(counting(1, holdout=f"{points // 100}.{points % 100:02}%")).crossings(event())[0].holdout
        for points in (place, place + 1)
    ]
    assert sides == [False, True]


def test_buckets_are_golden() -> None:
    """They must be the same in every release, or the contacts held out would change."""
    assert [bucket(name, "cairn") for name in ("c-1", "c-1042", "é")] == [4922, 2831, 4126]


def test_another_salt_holds_out_other_contacts() -> None:
    """The salt decides who."""
    rules = counting(1, holdout="50%")
    sides = [
        [Contact(rules, salt=salt).crossings(event(contact_id=f"c-{number}"))[0].holdout for number in range(50)]
        for salt in ("a", "b")
    ]
    assert sides[0] != sides[1]
