"""Moments on the wire and inside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.moment import Aware, epoch_ms, epoch_ms_of_many, parse_rfc3339, rfc3339, shown

ANY_MOMENT = st.datetimes(
    timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
LIKELY = st.datetimes(
    datetime(1969, 12, 31, 23),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2110, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_795_185_667_120, "2026-11-20T14:41:07.120Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
    ],
)
def test_what_we_write_is_utc_with_three_decimals(ms: int, text: str) -> None:
    assert rfc3339(ms) == text
    assert parse_rfc3339(text) == ms


@pytest.mark.parametrize("text", ["2026-11-20T14:41:07", "2026-11-20", "", "1795185667120", "2026-11-20T24:00:00Z"])
def test_a_text_without_an_offset_or_that_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_rfc3339(text)


@given(
    st.datetimes().map(lambda at: f"{at.isoformat()[:19]}.120Z"),
    st.lists(st.tuples(st.integers(0, 23), st.sampled_from("0129٣²-:.TtZ +é")), max_size=2),
)
def test_a_moment_as_we_write_it_is_read_as_any_other(text: str, changes: list[tuple[int, str]]) -> None:
    """Mutation: take digits that are none in RFC 3339, or a second that no clock shows."""
    for place, letter in changes:
        text = text[:place] + letter + text[place + 1 :]
    try:
        expected = epoch_ms(msgspec.convert(text, Aware))
    except ValueError:
        with pytest.raises(ValueError, match=r"."):
            parse_rfc3339(text)
    else:
        assert parse_rfc3339(text) == expected


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_milliseconds_survive_writing_and_reading(ms: int) -> None:
    assert parse_rfc3339(rfc3339(ms)) == ms


@given(st.lists(LIKELY | LIKELY.map(lambda at: at.replace(microsecond=0)) | ANY_MOMENT, max_size=40))
def test_many_moments_at_once_are_what_each_is_alone(moments: list[datetime]) -> None:
    """Whole seconds, fractions, years before 1970 and after 2106, any offset, in any mixture; also those that have no
    date in UTC, as the first hour of the year 1 east of Greenwich and the last one of 9999 west of it.
    """
    assert epoch_ms_of_many(moments) == [epoch_ms(at) for at in moments]


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 65_535, 65_536])
def test_the_size_of_a_batch_does_not_matter(count: int) -> None:
    """The packed form's header grows with the number of moments."""
    at = datetime(2026, 11, 20, 14, 41, 7, 120_999, tzinfo=UTC)
    assert epoch_ms_of_many([at] * count) == [1_795_185_667_120] * count


def test_the_last_second_of_32_bits_and_the_next() -> None:
    last = datetime(2106, 2, 7, 6, 28, 15, 500_000, tzinfo=UTC)
    assert epoch_ms_of_many([last]) == [4_294_967_295_500]
    assert epoch_ms_of_many([last, last + timedelta(seconds=1)]) == [4_294_967_295_500, 4_294_967_296_500]


@pytest.mark.parametrize(
    ("text", "ms"),
    [("0001-01-01T00:00:00+01:00", -62_135_600_400_000), ("9999-12-31T23:59:59-05:00", 253_402_318_799_000)],
)
def test_a_moment_without_a_date_in_utc_is_a_number_all_the_same(text: str, ms: int) -> None:
    """.NET's smallest date, written east of Greenwich."""
    at = datetime.fromisoformat(text)
    assert (parse_rfc3339(text), epoch_ms_of_many([at, at])) == (ms, [ms, ms])
    assert shown(ms) == f"{ms} ms"
    assert shown(0) == "1970-01-01T00:00:00.000Z"
