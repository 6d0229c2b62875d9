"""The strict door: what is let in, what is refused and why, and that the fast way and the slow way agree."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.door import Door
from schemas.examination import examine
from schemas.limits import DEFAULTS, Limits
from schemas.reject_codes import CODES
from schemas.rejection import Rejection
from schemas.usage_event import DoubtfulEvent, UsageEvent
from tests.schemas.stand_in import NOW_MS, StandIn, event, record

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
VALID = sorted((EXAMPLES / "valid" / "usage-event").iterdir())
INVALID = sorted((EXAMPLES / "invalid" / "usage-event").iterdir())
CONTRACT = (EXAMPLES / "valid" / "usage-event" / "contract.json").read_bytes()


def admit(*records: StandIn, limits: Limits = DEFAULTS) -> list[UsageEvent | Rejection]:
    return Door(limits).admit(records, NOW_MS)


def let_in(one: StandIn, limits: Limits = DEFAULTS) -> UsageEvent:
    (verdict,) = admit(one, limits=limits)
    assert isinstance(verdict, UsageEvent), verdict
    return verdict


def refused(one: StandIn, limits: Limits = DEFAULTS) -> tuple[str, str]:
    """Code and pointer of a refusal, which is the same in a crowd of sound events as alone."""
    (verdict,) = admit(one, limits=limits)
    crowd = [record(id=f"n-{n}") for n in range(20)]
    assert admit(*crowd, one, *crowd, limits=limits)[20] == verdict
    assert isinstance(verdict, Rejection), verdict
    assert verdict.code in CODES
    assert verdict.message
    return verdict.code, verdict.pointer


def nested(depth: int) -> Any:
    return {"a": nested(depth - 1)} if depth else 1


# ---- what is let in


def test_the_contract_example_is_let_in_whole() -> None:
    assert msgspec.structs.asdict(let_in(StandIn(CONTRACT))) == {
        "id": "imp-2026-11-20-0007",
        "source": "importer",
        "contact_id": "c-1042",
        "event": "documents_processed",
        "value": 3,
        "at_ms": 1_795_185_667_120,
        "properties": {"format": "pdf"},
        "backfill": False,
        "time_zone": None,
    }


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_every_valid_example_is_let_in(path: Path) -> None:
    let_in(StandIn(path.read_bytes()))


def test_what_an_event_leaves_out_has_its_default_and_the_records_time() -> None:
    got = let_in(StandIn(json.dumps(event()).encode(), a_timestamp=(2, NOW_MS - 5)))
    assert (got.source, got.value, got.at_ms, got.properties, got.backfill) == ("", 1, NOW_MS - 5, {}, False)


@pytest.mark.parametrize(
    "at", ["2026-11-20T14:41:07.120Z", "2026-11-20T15:41:07.12+01:00", "2026-11-20T14:41:07.1209Z", 1_795_185_667_120]
)
def test_a_moment_is_the_same_however_it_is_written(at: str | int) -> None:
    """RFC 3339 with any offset or epoch milliseconds; digits finer than a millisecond are cut off."""
    assert let_in(record(at=at)).at_ms == 1_795_185_667_120


def test_moments_of_all_kinds_in_one_batch_keep_to_their_events() -> None:
    kinds: list[Any] = ["2026-11-20T14:41:07Z", 1_795_185_000_000, ..., "2026-11-20T14:41:07.120Z"]
    got = admit(*(record(at=kinds[n % 4]) for n in range(300)))
    expected = [1_795_185_667_000, 1_795_185_000_000, NOW_MS, 1_795_185_667_120]
    assert [each.at_ms for each in got if isinstance(each, UsageEvent)] == [expected[n % 4] for n in range(300)]


def test_numbers_are_exact_everywhere() -> None:
    """Binary floats would make 0.1 + 0.2 miss a threshold of 0.3."""
    raw = (
        b'{"id":"i","contact_id":"c-1042","event":"e","value":0.10,"properties":{"a":[1.5e3],"b":9223372036854775807}}'
    )
    got = let_in(StandIn(raw))
    assert str(got.value) == "0.10"
    assert got.properties == {"a": [Decimal("1.5e3")], "b": 2**63 - 1}
    assert isinstance(got.properties["a"][0], Decimal)


@pytest.mark.parametrize("given", ["Asia/Tokyo", "America/Argentina/ComodRivadavia"])
def test_the_zone_of_a_device_comes_in(given: str) -> None:
    """Whatever the neighbours say."""
    assert let_in(StandIn(json.dumps(event(time_zone=given)).encode())).time_zone == given


@pytest.mark.parametrize("given", [None, "", " "])
def test_a_zone_that_says_nothing_is_none(given: str | None) -> None:
    """Clients write null or nothing for what they do not know."""
    found = let_in(StandIn(json.dumps(event(time_zone=given)).encode()))
    assert found.time_zone is None
    assert not isinstance(found, DoubtfulEvent)


@pytest.mark.parametrize("given", ["Mars/Base", "../etc", "Europe", "x" * 65, 2, 2.5, 1e300, True, {"a": {}}, ["UTC"]])
def test_a_zone_that_is_none_costs_the_field_and_says_so(given: Any) -> None:
    """The event counts all the same."""
    found = let_in(StandIn(json.dumps(event(time_zone=given)).encode()))
    assert isinstance(found, DoubtfulEvent)
    assert (found.time_zone, found.value) == (None, let_in(StandIn(json.dumps(event()).encode())).value)
    assert (found.fault.code, found.fault.pointer) == ("bad_zone", "/time_zone")
    assert str(given)[:9] not in found.fault.message or given is True


def test_unknown_fields_are_passed_over_whatever_their_numbers() -> None:
    """A newer producer may say more; what is not read cannot be wrong, as long as it is JSON."""
    let_in(StandIn(b'{"id":"i","contact_id":"c-1042","event":"e","later":{"n":1e999,"m":99999999999999999999}}'))


def test_of_a_repeated_key_the_last_wins() -> None:
    got = let_in(StandIn(b'{"id":"i","id":"j","contact_id":"c-1042","event":"e","value":"x","value":2}'))
    assert (got.id, got.value) == ("j", 2)


def test_headers_of_other_systems_do_not_matter() -> None:
    one = record(value=2)
    one.some_headers = [("traceparent", b"00-ab-cd-01"), ("content-type", b"application/json")]
    assert let_in(one).value == 2


def test_an_empty_batch_has_no_verdicts() -> None:
    assert admit() == []


# ---- what is refused


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_every_invalid_example_is_refused_with_its_code(path: Path) -> None:
    code, _ = refused(StandIn(path.read_bytes()))
    assert code == path.name.partition(".")[0]


@pytest.mark.parametrize("key", [None, b""])
def test_without_a_key_nobody_is_counted(key: bytes | None) -> None:
    assert refused(StandIn(CONTRACT, a_key=key)) == ("key_missing", "")


@pytest.mark.parametrize("key", [b"c-1043", b'"c-1042"', b"c-1042\n", b"\xff"])
def test_the_key_must_be_the_contact_id_byte_for_byte(key: bytes) -> None:
    assert refused(StandIn(CONTRACT, a_key=key)) == ("key_mismatch", "/contact_id")


def test_keys_that_only_match_when_joined_are_refused() -> None:
    """The batch compares joined keys: a separator inside of a key must not make two wrong keys right."""
    first, second = record(contact_id="a\nb"), record(contact_id="c")
    first.a_key, second.a_key = b"a", b"b\nc"
    verdicts = admit(first, second)
    assert [each.code for each in verdicts if isinstance(each, Rejection)] == ["bad_id", "key_mismatch"]


@pytest.mark.parametrize(
    ("name", "source"),
    [("cairn.x", "cairn-baseline"), ("cairn.", ""), ("cairn.baseline", "importer"), ("cairn.baseline", "")],
)
def test_names_of_our_own_are_not_for_applications(name: str, source: str) -> None:
    """An event that only Cairn may write must not come from an importer that took the name by chance."""
    assert refused(record(event=name, source=source)) == ("reserved_event", "/event")


def test_an_escaped_name_of_our_own_is_one() -> None:
    """JSON may write any letter as an escape: what is decoded counts."""
    one = StandIn(b'{"id":"i","contact_id":"c-1042","event":"\\u0063airn.x"}')
    assert refused(one) == ("reserved_event", "/event")


@pytest.mark.parametrize(("name", "source"), [("cairn.baseline", "cairn-baseline"), ("cairn", ""), ("Cairn.x", "")])
def test_a_baseline_from_its_source_and_names_that_only_look_alike_come_in(name: str, source: str) -> None:
    """The baseline is the one event of ours that comes by the topic."""
    assert let_in(record(event=name, source=source)).event == name


@pytest.mark.parametrize("value", [None, b""])
def test_a_value_that_says_nothing_is_refused(value: bytes | None) -> None:
    assert refused(StandIn(value)) == ("value_missing", "")


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        (b"\xef\xbb\xbf" + CONTRACT, ""),
        (CONTRACT.decode().encode("utf-16"), ""),
        (b'{"id":"i","contact_id":"c-1042","event":"e","later":"\xff"}', ""),
        (b'{"id":"i","contact_id":"c-1042","event":"e","properties":{"a":"\xed\xa0\x80"}}', ""),
        (b'{"id":"i","contact_id":"c-1042","event":"e","value":NaN}', "/value"),
        (b'{"id":"i","contact_id":"c-1042","event":"e","properties":{"a/b":[0,-Infinity]}}', "/properties/a~1b/1"),
        (b'{"id":"i","contact_id":"c-1042","event":"e","properties":{"a":"\\ud800"}}', "/properties/a"),
        (b'{"id":"i","contact_id":"c-1042","event":"e\ne"}', ""),
        (b'{"id":"i","contact_id":"c-1042","event":"e"}{"id":"j","contact_id":"c-1042","event":"e"}', ""),
        (b'{"id":"i","contact_id":"c-1042","event":"e",}', ""),
        (b'{"id":"i","contact_id":"c-1042","event":"e","value":01}', ""),
        (b"{'id':'i'}", ""),
        (b"{", ""),
        (b"hello", ""),
    ],
)
def test_what_is_not_json_in_utf8_is_refused(value: bytes, pointer: str) -> None:
    assert refused(StandIn(value)) == ("not_json", pointer)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("9223372036854775807", None),
        ("9223372036854775808", "out_of_range"),
        ("-9223372036854775808", None),
        ("-9223372036854775809", "out_of_range"),
        ("9223372036854775807.5", "out_of_range"),
        ("1e18", None),
        ("1e19", "out_of_range"),
        ("1e400", "out_of_range"),
        ("-1e400", "out_of_range"),
        ("1e999999999999999999999", "out_of_range"),
        ("9" * 5000, "out_of_range"),
        ("0." + "0" * 35 + "1", None),
        ("0." + "0" * 36 + "1", "out_of_range"),
        ("1e-400", "out_of_range"),
        ("-0", None),
        ("-0.0", None),
    ],
)
@pytest.mark.parametrize("place", ["value", "properties/amount", "properties/deep/0/amount"])
def test_numbers_keep_to_64_bits_wherever_they_are_read(number: str, code: str | None, place: str) -> None:
    body = {
        "value": f'"value":{number}',
        "properties/amount": f'"properties":{{"amount":{number}}}',
        "properties/deep/0/amount": f'"properties":{{"deep":[{{"amount":{number}}}]}}',
    }[place]
    one = StandIn(f'{{"id":"i","contact_id":"c-1042","event":"e",{body}}}'.encode())
    if code is None:
        let_in(one)
    else:
        assert refused(one) == (code, f"/{place}")


@pytest.mark.parametrize("text", [b"3", b"-1", b"NaN", b"Infinity", b"1e5"])
def test_a_number_in_quotes_is_a_text(text: bytes) -> None:
    value = b'{"id":"i","contact_id":"c-1042","event":"e","value":"%s"}' % text
    assert refused(StandIn(value)) == ("wrong_type", "/value")


@pytest.mark.parametrize("name", ["id", "source", "contact_id", "event"])
@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("x" * 256, True),
        ("x" * 257, False),
        ("é" * 128, True),
        ("é" * 129, False),
        ("😀" * 64, True),
        ("😀" * 65, False),
        ("a\x00b", False),
        ("a\nb", False),
        ("\x7f", False),
        ("a\x85b", False),
        ("a\u00a0b\u2028\u200d", True),
        ('say "no" \\ yes', True),
        ("\ud800", False),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("escaped", [True, False])
def test_ids_are_short_and_without_control_characters(name: str, text: str, sound: bool, escaped: bool) -> None:
    """256 bytes of UTF-8, no character of category Cc, no half surrogate pair; escaped or raw is the same."""
    # JSON cannot hold the others raw.
    escaped = escaped or "\ud800" in text or min(text) < " "
    one = StandIn(json.dumps(event(**{name: text}), ensure_ascii=escaped).encode())
    one.a_key = text.encode("utf-8", "replace") if name == "contact_id" else b"c-1042"
    if sound:
        assert getattr(let_in(one), name) == text
    else:
        assert refused(one) == ("bad_id", f"/{name}")


def test_an_empty_source_is_no_source() -> None:
    assert let_in(record(source="")).source == ""


@pytest.mark.parametrize("at", ["2000-01-01T00:00:00Z", 946_684_800_000, NOW_MS + 600_000, "2026-11-20T14:51:07.163Z"])
def test_the_bounds_of_time_are_let_in(at: Any) -> None:
    let_in(record(at=at))


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (946_684_799_999, "time_too_early"),
        ("1999-12-31T23:59:59.999Z", "time_too_early"),
        (0, "time_too_early"),
        (-(10**18), "time_too_early"),
        (NOW_MS + 600_001, "time_in_future"),
        ("2026-11-20T14:51:07.164Z", "time_in_future"),
        (10**18, "time_in_future"),
        (10**30, "out_of_range"),
        ("", "bad_time"),
        ("2026-11-20", "bad_time"),
        ("1795185667120", "bad_time"),
        (True, "wrong_type"),
    ],
)
def test_times_beyond_the_bounds_are_refused(at: Any, code: str) -> None:
    assert refused(record(at=at)) == (code, "/at")


@pytest.mark.parametrize(
    ("timestamp", "code"),
    [
        ((1, 0), "time_too_early"),
        ((1, -1), "time_too_early"),
        ((2, NOW_MS * 1000), "time_in_future"),
        ((0, 0), "bad_time"),
    ],
)
def test_a_records_timestamp_is_bounded_like_any_time(timestamp: tuple[int, int], code: str) -> None:
    one = StandIn(json.dumps(event()).encode(), a_timestamp=timestamp)
    assert refused(one) == (code, "/at")


def test_a_record_may_be_as_large_as_the_limit_and_no_larger() -> None:
    padding = DEFAULTS.record_bytes - len(json.dumps(event(properties={"a": ""})))
    let_in(record(properties={"a": "x" * padding}))
    assert refused(record(properties={"a": "x" * (padding + 1)})) == ("too_large", "")


@pytest.mark.parametrize("field", ["properties", "later"])
def test_nesting_is_bounded_in_known_and_unknown_fields(field: str) -> None:
    """The event itself is the first level."""
    let_in(record(**{field: nested(15)}))
    assert refused(record(**{field: nested(16)})) == ("too_deep", "")


def test_brackets_in_texts_are_not_nesting() -> None:
    let_in(record(properties={"a": '[{"' * 50, "b": "\\" * 9}))


@pytest.mark.parametrize(
    "opening", [b"[" * 60_000, b'{"a":' * 12_000, b'"' + b'\\"' * 30_000, b'{"id":"\\"' + b'\\"' * 30_000]
)
def test_hostile_nesting_and_quotes_cost_no_recursion(opening: bytes) -> None:
    assert refused(StandIn(opening))[0] in {"too_deep", "not_json"}


def test_limits_can_be_set() -> None:
    tight = Limits(record_bytes=200, nesting=2, earliest_ms=NOW_MS - 10, future_ms=10)
    let_in(record(at=NOW_MS + 10), tight)
    assert refused(record(at=NOW_MS + 11), tight)[0] == "time_in_future"
    assert refused(record(at=NOW_MS - 11), tight)[0] == "time_too_early"
    let_in(record(at=NOW_MS, properties={"a": 1}), tight)
    assert refused(record(at=NOW_MS, properties={"a": []}), tight)[0] == "too_deep"
    assert refused(record(id="i" * 200), tight)[0] == "too_large"
    with pytest.raises(ValueError, match="nested"):
        Limits(nesting=1)


def test_a_message_never_repeats_what_it_refuses() -> None:
    secret = "anna@example.com"
    bad = [
        record(value=secret),
        record(id=f"{secret}\n"),
        record(at=secret),
        record(properties=secret),
        record(contact_id=secret),
        StandIn(f'{{"id":"{secret}", oops'.encode()),
        StandIn(json.dumps(event()).encode(), a_key=secret.encode()),
    ]
    for verdict in admit(*bad):
        assert isinstance(verdict, Rejection)
        assert secret not in verdict.message


# ---- both ways agree


def asides(verdicts: Sequence[UsageEvent | Rejection]) -> list[Any]:
    """Verdicts as plain data in which 1, 1.0 and True differ."""
    return [repr(msgspec.structs.asdict(each)) for each in verdicts]


TEXTS = st.text(max_size=6) | st.sampled_from(
    ["a" * 256, "é" * 128, "é" * 129, "\x00", "\x85", "\ud800", "\\", '"', "[{"]
)
INTEGERS = st.integers(-(2**63) - 1, 2**63) | st.integers(-5, 5)
SCALARS = st.none() | st.booleans() | TEXTS | INTEGERS | st.floats()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)
MOMENTS = (
    st.integers(NOW_MS - 10**9, NOW_MS + 600_002)
    | st.datetimes().map(lambda at: at.isoformat() + "Z")
    | st.sampled_from(["2026-11-20T14:41:07.120Z", "2026-11-20 14:41:07+0130", 0, 10**20, "x"])
)
SOUND = st.fixed_dictionaries(
    {"id": st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=9)},
    optional={
        "source": st.sampled_from(["importer", ""]),
        "value": st.integers(-9, 9) | st.sampled_from([0.5, 1e18]),
        "at": st.integers(NOW_MS - 10**9, NOW_MS) | st.just("2026-11-20T14:41:07.120Z"),
        "properties": st.dictionaries(st.text("ab", max_size=2), st.integers(0, 9) | st.just("pdf"), max_size=2),
        "backfill": st.booleans(),
        "time_zone": st.sampled_from(["Europe/Paris", "Asia/Tokyo", "Mars/Base", "", None]),
    },
).map(lambda fields: event(**fields))
ANY_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "id": VALUES,
        "source": st.just("cairn-baseline") | VALUES,
        "contact_id": st.just("c-1042") | TEXTS,
        "event": st.sampled_from(["cairn.baseline", "cairn.", "cairn"]) | TEXTS,
        "value": VALUES,
        "at": MOMENTS | VALUES,
        "properties": st.dictionaries(TEXTS, VALUES, max_size=3) | VALUES,
        "backfill": VALUES,
        "time_zone": VALUES,
        "later": VALUES,
    },
)
DOCUMENTS = SOUND | st.builds(lambda sound, more: sound | more, SOUND, ANY_FIELDS) | VALUES


@st.composite
def raw_values(draw: st.DrawFn) -> bytes | None:
    """JSON of all kinds, and JSON with a byte changed, cut, repeated or put in."""
    if draw(st.integers(0, 30)) == 0:
        return draw(st.none() | st.binary(max_size=30))
    text = json.dumps(draw(DOCUMENTS), ensure_ascii=draw(st.booleans()))
    raw = text.encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 3)) == 0 and raw:
        at = draw(st.integers(0, len(raw) - 1))
        put = draw(
            st.sampled_from(
                [b"", b"\n", b"}\n{", b"\\", b"\xff", b"1", b"e5", b'"', b"{", b"[", b"}", b",", b" ", b"\x00"]
            )
        )
        raw = raw[:at] + put + raw[at + draw(st.integers(0, 2)) :]
    return raw


RECORDS = st.builds(
    StandIn,
    raw_values(),
    st.just(b"c-1042") | st.sampled_from([b"c-1043", b"", None, b"c-1042\n"]),
    st.none() | st.none() | st.sampled_from([[("traceparent", b"0")], [("ce_specversion", b"1.0")]]),
    st.just((1, NOW_MS)) | st.sampled_from([(0, 0), (1, 5), (2, NOW_MS + 600_001)]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(RECORDS, max_size=12))
def test_the_fast_way_gives_what_the_slow_way_gives(records: list[StandIn]) -> None:
    """Whatever the neighbours of a record are, its verdict is the one of the full examination."""
    fast = admit(*records)
    assert asides(fast) == asides([examine(each, NOW_MS, DEFAULTS) for each in records])


@settings(max_examples=60, deadline=None)
@given(st.lists(SOUND, min_size=1, max_size=40), RECORDS, st.integers(0, 40))
def test_a_bad_record_does_not_touch_its_neighbours(sound: list[dict[str, Any]], odd: StandIn, at: int) -> None:
    """The usual batch: sound events, and something among them."""
    records = [StandIn(json.dumps(each).encode()) for each in sound]
    alone = admit(*records)
    at = min(at, len(records))
    mixed = admit(*records[:at], odd, *records[at:])
    assert asides([*mixed[:at], *mixed[at + 1 :]]) == asides(alone)


def test_order_and_number_hold_over_many_chunks() -> None:
    records = [record(id=f"n-{n}", value=n if n % 7 else "x") for n in range(1500)]
    verdicts = admit(*records)
    assert len(verdicts) == 1500
    for n, verdict in enumerate(verdicts):
        if n % 7:
            assert isinstance(verdict, UsageEvent)
            assert (verdict.id, verdict.value) == (f"n-{n}", n)
        else:
            assert isinstance(verdict, Rejection)
