"""`advance`: counting, crossing, repeats and refusals, one event at a time."""

from __future__ import annotations

from decimal import Decimal

import pytest
from xxhash import xxh3_64_digest

from schemas.milestone_crossed import EventSource, Jump, encode_crossing
from schemas.milestones import Document, read_document
from schemas.rejection import Rejection
from stream.core.advance import DUPLICATE, FILTERED
from stream.core.progress import encode_progress
from tests.stream.core.samples import Contact, counting, document, event, summing


def test_a_threshold_is_crossed_when_it_is_reached_and_not_before() -> None:
    """before < threshold <= after."""
    contact = Contact(counting(3))
    assert contact.names(event(), event()) == []
    assert contact.names(event()) == ["uses-3/1"]
    assert contact.names(event()) == []


def test_a_jump_over_a_threshold_crosses_it() -> None:
    """An amount of more than one cannot step over a threshold unseen."""
    assert Contact(summing(10)).names(event("paid", 9), event("paid", 5)) == ["money-10/1"]


def test_one_event_records_every_milestone_that_it_passes_with_its_place_in_the_jump() -> None:
    """All are recorded once; the last is the one to celebrate."""
    contact = Contact(summing(10, 100, every=40))
    crossed = contact.crossings(event("paid", 100))
    assert [(each.milestone, each.occurrence, each.threshold) for each in crossed] == [
        ("money-10", 1, 10),
        ("club", 1, 40),
        ("club", 2, 80),
        ("money-100", 1, 100),
    ]
    assert [each.jump for each in crossed] == [Jump(index=i, of=4, top=i == 4) for i in (1, 2, 3, 4)]


def test_a_lone_crossing_has_no_jump() -> None:
    """Jump is for crossings that share an event."""
    assert Contact(counting(1)).crossings(event())[0].jump is None


def test_the_top_of_a_jump_is_the_one_to_celebrate() -> None:
    """A major one before a minor one, however the file lists their metrics; one held out or uncelebrated last."""
    metrics = {"big": {"count": "events", "from": "used"}, "small": {"count": "events", "from": "used"}}
    major = {"id": "great", "when": {"big": 1}, "tier": "major", "means": "Well done."}
    minor = {"id": "nice", "when": {"small": 1}}
    assert Contact(document(metrics, [major, minor])).names(event()) == ["nice/1", "great/1"]
    held_out = {**major, "holdout": "100%"}
    assert Contact(document(metrics, [held_out, minor])).names(event()) == ["great/1", "nice/1"]


def test_a_refund_and_a_new_rise_cross_nothing_twice() -> None:
    """The crossing test is on the high-water mark."""
    contact = Contact(summing(10, 20))
    assert contact.names(event("paid", 12)) == ["money-10/1"]
    assert contact.names(event("paid", -8), event("paid", 8), event("paid", -12), event("paid", 15)) == []
    assert contact.names(event("paid", 5)) == ["money-20/1"]


def test_the_high_water_mark_is_kept_only_while_the_sum_is_below_it() -> None:
    """A row carries no mark for a sum at its highest."""
    contact = Contact(summing(100))
    contact.crossings(event("paid", 50), event("paid", -20))
    assert (contact.row.counters, contact.row.peaks) == ([30], {0: 50})
    contact.crossings(event("paid", 19))
    assert contact.row.peaks == {0: 50}
    contact.crossings(event("paid", 1))
    assert contact.row.counters == [50]
    assert contact.row.peaks is None


def test_a_sum_that_starts_below_zero_crosses_on_its_way_up() -> None:
    """The high-water mark of a contact starts at 0."""
    contact = Contact(summing(5))
    assert contact.names(event("paid", -3), event("paid", 7)) == []
    assert contact.row.peaks is None
    assert contact.names(event("paid", 1)) == ["money-5/1"]


def test_value_before_is_the_sum_and_not_its_high_water_mark() -> None:
    """The record tells what the contact had."""
    contact = Contact(summing(100))
    contact.crossings(event("paid", 90), event("paid", -40))
    crossed = contact.crossings(event("paid", 60))[0]
    assert (crossed.value_before, crossed.value) == (50, 110)


def test_repeating_milestones_count_their_occurrences() -> None:
    """every N: occurrence k at k times N."""
    contact = Contact(counting(every=2))
    assert contact.names(*(event() for _ in range(6))) == ["club/1", "club/2", "club/3"]


def test_decimals_add_up_exactly() -> None:
    """Ten times a tenth is one, and cents never get lost beside large amounts."""
    tenth = event("paid", Decimal("0.1")).value
    contact = Contact(summing(1))
    assert contact.names(*(event("paid", tenth) for _ in range(9))) == []
    assert contact.names(event("paid", tenth)) == ["money-1/1"]
    assert contact.row.counters == [1]
    assert type(contact.row.counters[0]) is int


def test_more_digits_than_the_default_context_are_kept() -> None:
    """Python's decimals round at 28 digits unless told otherwise."""
    contact = Contact(summing(Decimal("0.5")))
    fine = Decimal("1e-36")
    contact.crossings(event("paid", 2**62), event("paid", fine))
    assert contact.row.counters == [Decimal(f"{2**62}.{'0' * 35}1")]
    crossed = Contact(summing(1, 3)).crossings(event("paid", Decimal("1.0000000000000000000000000000000000001")))[0]
    assert crossed.next is not None
    assert crossed.next.remaining == Decimal("1.9999999999999999999999999999999999999")


def test_a_sum_beyond_64_bits_goes_on() -> None:
    """Amounts are bounded, sums are not."""
    contact = Contact(summing(10))
    contact.crossings(*(event("paid", 2**63 - 1) for _ in range(4)))
    assert contact.row.counters == [4 * (2**63 - 1)]
    encode_progress(contact.row)


def test_a_duplicate_in_the_window_is_not_counted() -> None:
    """Same source and id; the row stays as it was."""
    contact = Contact(counting(3))
    contact.crossings(event(id="a"), event(id="b"))
    before = encode_progress(contact.row)
    assert contact.outcome(event(id="a")) is DUPLICATE
    assert encode_progress(contact.row) == before


def test_identity_is_source_and_id_together() -> None:
    """The same id of another source is another event, and the two never run together."""
    contact = Contact(counting(5))
    contact.crossings(event(id="1", source="x"), event(id="1"), event(id="1", source="y"), event(id="x1"))
    assert contact.row.counters == [4]


@pytest.mark.parametrize("window", [1, 2, 16])
def test_the_window_is_the_stated_number_of_events(window: int) -> None:
    """The oldest id in the window is still known, the one before it no more."""
    contact = Contact(counting(), dedupe_ids=window)
    contact.crossings(event(id="first"), *(event() for _ in range(window - 1)))
    assert contact.outcome(event(id="first")) is DUPLICATE
    contact.crossings(event())
    assert len(contact.row.ring) == 8 * window
    assert contact.outcome(event(id="first")) == ()


def test_with_the_window_off_rows_hold_no_ids() -> None:
    """dedupe 0: every event counts."""
    contact = Contact(counting(), dedupe_ids=0)
    contact.crossings(event(id="a"), event(id="a"))
    assert (contact.row.counters, contact.row.ring) == ([2], b"")


def test_a_hash_that_appears_across_two_others_is_no_duplicate() -> None:
    """Only whole entries of the ring count."""
    contact = Contact(counting())
    seen = xxh3_64_digest(b"\na")
    contact.row.ring = b"\1" * 4 + seen + b"\2" * 4
    assert contact.outcome(event(id="a")) == ()
    contact.row.ring = seen + b"\1" * 4 + seen + b"\2" * 4
    assert contact.outcome(event(id="a")) is DUPLICATE


def test_an_event_that_no_metric_lets_in_changes_nothing() -> None:
    """Filtered events are not remembered either."""
    rules = document({"uses": {"count": "events", "from": "used", "where": {"plan": "team"}}}, [])
    contact = Contact(rules)
    before = encode_progress(contact.row)
    assert contact.outcome(event(properties={"plan": "free"})) is FILTERED
    assert encode_progress(contact.row) == before


def test_an_event_that_no_metric_names_has_no_plan() -> None:
    """It is known without reading a row."""
    assert Contact(counting(1)).rules.plan("opened") is None


def test_one_event_feeds_every_metric_from_it() -> None:
    """A metric may take several events, an event may serve several metrics."""
    metrics = {
        "all": {"count": "events", "from": ["used", "paid"]},
        "money": {"sum": "amount", "from": "paid", "where": {"currency": "USD"}},
    }
    contact = Contact(document(metrics, []))
    contact.crossings(event(), event("paid", properties={"currency": "USD", "amount": 7}))
    contact.crossings(event("paid", properties={"currency": "EUR", "amount": 9}))
    assert contact.row.counters == [3, 7]


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({}, "field_missing"),
        ({"amount": None}, "field_missing"),
        ({"amount": "12.50"}, "wrong_type"),
        ({"amount": True}, "wrong_type"),
        ({"amount": [1]}, "wrong_type"),
    ],
)
def test_an_amount_that_is_no_number_is_refused_and_nothing_of_the_event_counts(
    properties: dict[str, object], code: str
) -> None:
    """Counted for all of its metrics or for none, with a pointer to what is wrong."""
    metrics = {"all": {"count": "events", "from": "paid"}, "money": {"sum": "amount", "from": "paid"}}
    contact = Contact(document(metrics, []))
    before = encode_progress(contact.row)
    refusal = contact.outcome(event("paid", properties=properties))
    assert isinstance(refusal, Rejection)
    assert (refusal.code, refusal.pointer) == (code, "/properties/amount")
    assert encode_progress(contact.row) == before


def test_an_amount_is_asked_only_of_events_that_pass_the_filter() -> None:
    """An event of another currency need not have one."""
    metrics = {"money": {"sum": "amount", "from": "paid", "where": {"currency": "USD"}}}
    assert Contact(document(metrics, [])).outcome(event("paid", properties={})) is FILTERED


def test_a_pointer_escapes_what_json_pointers_escape() -> None:
    """RFC 6901: ~ and / in a name."""
    refusal = Contact(summing(amount="a/b~c")).outcome(event("paid"))
    assert isinstance(refusal, Rejection)
    assert refusal.pointer == "/properties/a~1b~0c"


def test_an_amount_that_would_write_without_end_is_refused() -> None:
    """2^62 documents at once would be 2^62 records of a milestone that repeats."""
    contact = Contact(summing(every=5))
    assert len(contact.crossings(event("paid", 5000))) == 1000
    refusal = contact.outcome(event("paid", 2**62))
    assert isinstance(refusal, Rejection)
    assert (refusal.code, refusal.pointer) == ("out_of_range", "/value")


def test_a_count_of_events_ignores_their_value() -> None:
    """count: events."""
    contact = Contact(counting())
    contact.crossings(event(value=250), event(value=-3), event(value=Decimal("0.5")))
    assert contact.row.counters == [3]


def test_the_example_of_the_contract_comes_out_word_for_word() -> None:
    """998 and 3 more documents cross documents-1000; id, previous, next and reward as published."""
    text = """
version: 1
product: {name: Acme Boards, url: "https://app.acme.example"}
history: from_now
metrics: {documents: {sum: value, from: documents_processed}}
milestones:
  - {id: documents, when: {documents: [10, 100, 500]}}
  - {id: documents-1000, when: {documents: 1000}, tier: major, means: Much., reward: free_month}
  - {id: documents-club, when: {documents: every 5000}, tier: major, means: More.}
"""
    rules = read_document(text)
    assert isinstance(rules, Document)
    signed_up_ms, at_ms = 1_776_863_100_000, 1_795_185_667_120  # 2026-04-22T13:05Z, 2026-11-20T14:41:07.120Z
    contact = Contact(rules, now_ms=signed_up_ms - 1, signed_up_ms=signed_up_ms)
    contact.crossings(event("documents_processed", 998, contact_id="c-1042", at_ms=at_ms - 1))
    last = event("documents_processed", 3, contact_id="c-1042", at_ms=at_ms)
    source = EventSource(
        topic="usage-events", partition=3, offset=88121, event_source="importer", event_id="imp-2026-11-20-0007"
    )
    (crossed,) = contact.crossings(last)
    record = encode_crossing(crossed.record(source, at_ms + 43)).decode()
    assert record == (
        '{"schema_version":1,"id":"2a6ac905-e754-5fe1-bcca-cadfba26a636","contact_id":"c-1042",'
        '"milestone":"documents-1000","occurrence":1,"metric":"documents","kind":"sum","unit":null,"tier":"major",'
        '"threshold":1000,"value_before":998,"value":1001,"occurred_at":"2026-11-20T14:41:07.120Z",'
        '"detected_at":"2026-11-20T14:41:07.163Z","days_since_signup":212,'
        '"previous":{"milestone":"documents-500","occurrence":1,"threshold":500},'
        '"next":{"milestone":"documents-club","occurrence":1,"threshold":5000,"remaining":3999},"celebrate":true,'
        '"not_celebrated_because":null,"holdout":false,"reward":"free_month","rules_version":1,'
        '"source":{"kind":"event","topic":"usage-events","partition":3,"offset":88121,"event_source":"importer",'
        '"event_id":"imp-2026-11-20-0007"}}'
    )
