"""Streaks of contacts with several zones, against runs that are counted by brute force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.core.gaps import REMEMBERED
from stream.core.progress import decode_progress, encode_progress
from stream.core.streak import LATENESS_MS
from tests.stream.core.samples import Contact, event
from tests.stream.core.test_streak import DAY_MS, HOUR_MS, at, contact

ZONES = [
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Tokyo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Etc/GMT+12",  # 26 hours from Kiritimati
]
STARTS = st.sampled_from(
    [
        at("2026-03-20T00:00"),  # clocks go forward in America and Europe
        at("2026-10-20T00:00"),  # and back
        at("2011-12-26T00:00"),  # Samoa has no 30 December
        at("2026-06-01T00:00"),
    ]
)


@dataclass(frozen=True)
class Told:
    """An event as it happened, and the zone it was read in."""

    at_ms: int
    zone: str


def dates(moments: list[int], zone: str, *, weeks: bool) -> list[int]:
    """Return the days, or weeks, of the zone with an event, as the wall shows them; dates that never were left out."""
    found = {
        (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=each)).astimezone(ZoneInfo(zone)).date()
        for each in moments
    }
    if weeks:
        return sorted({(each - date(1970, 1, 5)).days // 7 for each in found})
    samoa = zone == "Pacific/Apia"
    return sorted({each.toordinal() - (samoa and each > date(2011, 12, 30)) for each in found})


def run(moments: list[int], zone: str, around: int, *, weeks: bool) -> tuple[int, list[int]]:
    """Return the length of the run of one of the moments, all read in one zone, and the moments in it."""
    periods = dates(moments, zone, weeks=weeks)
    (place,) = dates([around], zone, weeks=weeks)
    first = last = place
    while first - 1 in periods:
        first -= 1
    while last + 1 in periods:
        last += 1
    inside = [each for each in moments if first <= dates([each], zone, weeks=weeks)[0] <= last]
    return last - first + 1, inside


def bounds(told: list[Told], around: int, *, weeks: bool) -> tuple[int, int]:
    """Return the shortest and the longest run of this moment among the zones in force during any of these runs."""
    moments = [each.at_ms for each in told]
    zones = {each.zone for each in told}
    in_force = set()
    for zone in zones:
        _, inside = run(moments, zone, around, weeks=weeks)
        in_force |= {each.zone for each in told if min(inside) <= each.at_ms <= max(inside)}
    lengths = [run(moments, zone, around, weeks=weeks)[0] for zone in in_force]
    return min(lengths), max(lengths)


def feed(made: Contact, each: Told) -> None:
    """Count an event of a device that tells its zone, and store the row."""
    made.crossings(event(at_ms=each.at_ms, time_zone=each.zone))
    made.row = decode_progress(encode_progress(made.row))


@st.composite
def histories(draw: st.DrawFn, *, most: int = 30) -> list[Told]:
    """Events some hours apart: about as many days are missed as not; of up to three zones, in turns or mixed."""
    moment = draw(STARTS) + draw(st.integers(0, 96)) * HOUR_MS // 4
    zones = draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True))
    stays = draw(st.booleans())
    zone = zones[0]
    history = []
    for _ in range(draw(st.integers(1, most))):
        if not stays or draw(st.integers(0, 5)) == 0:
            zone = draw(st.sampled_from(zones))
        history.append(Told(moment, zone))
        moment += draw(st.sampled_from([0, 1, 60_000])) + draw(
            st.sampled_from([0, 4, 40, 80, 90, 96, 97, 100, 110, 130, 170, 192, 200])
        ) * (HOUR_MS // 4)
    return history


@settings(max_examples=400, deadline=None)
@given(histories(), st.sampled_from(["days", "weeks"]))
def test_the_length_lies_between_those_of_the_zones_in_force(history: list[Told], streak: str) -> None:
    """After every event, in order: no shorter than the shortest, no longer than the longest run of the same events."""
    made = contact(streak=streak)
    before = 0
    for place, each in enumerate(history):
        feed(made, each)
        shortest, longest = bounds(history[: place + 1], each.at_ms, weeks=streak == "weeks")
        assert shortest <= made.row.counter(0) <= longest
        if len({told.zone for told in history}) == 1:
            assert made.row.counter(0) in (1, before, before + 1)
        before = int(made.row.counter(0))


@settings(max_examples=200, deadline=None)
@given(histories(most=REMEMBERED), st.data())
def test_the_order_within_the_lateness_does_not_matter(history: list[Told], data: st.DataObject) -> None:
    """Two devices whose events overtake each other: the same length at the end, between the same bounds after each."""
    late = sorted(history, key=lambda each: each.at_ms + data.draw(st.integers(0, LATENESS_MS)))
    ordered, shuffled = contact(), contact()
    for each in history:
        feed(ordered, each)
    for place, each in enumerate(late):
        feed(shuffled, each)
        newest = max(told.at_ms for told in late[: place + 1])
        shortest, longest = bounds(late[: place + 1], newest, weeks=False)
        assert shortest <= shuffled.row.counter(0) <= longest
    if len({each.at_ms for each in history}) == len(history):  # of two at one moment the later one names the zone
        assert shuffled.row.counter(0) == ordered.row.counter(0)


@settings(max_examples=100, deadline=None)
@given(histories(), st.data())
def test_repeats_and_what_is_too_late_change_nothing(history: list[Told], data: st.DataObject) -> None:
    """Beyond the window of ids too: the same event again is no other day."""
    once, again = contact(), contact()
    for place, each in enumerate(history):
        feed(once, each)
        feed(again, each)
        if data.draw(st.booleans()):
            feed(again, data.draw(st.sampled_from(history[: place + 1])))
        feed(again, Told(each.at_ms - LATENESS_MS - data.draw(st.integers(1, 9)) * DAY_MS, "Asia/Tokyo"))
        assert again.row.counter(0) == once.row.counter(0)


@settings(max_examples=100, deadline=None)
@given(histories())
def test_a_zone_that_was_always_the_same_is_read_exactly(history: list[Told]) -> None:
    """However many others the profile named before anything happened there."""
    made = contact()
    zone = history[0].zone
    alone = [Told(each.at_ms, zone) for each in history]
    for place, each in enumerate(alone):
        feed(made, each)
        assert made.row.counter(0) == run([told.at_ms for told in alone[: place + 1]], zone, each.at_ms, weeks=False)[0]


@settings(max_examples=150, deadline=None)
@given(histories(most=REMEMBERED), st.sampled_from(ZONES), st.integers(0, REMEMBERED))
def test_how_late_the_profile_comes_does_not_matter(history: list[Told], zone: str, late: int) -> None:
    """Until the zone is known the product's stands in for it; then all is read as if it had been known."""
    behind, ahead = contact(product_zone="Asia/Tokyo"), contact(product_zone="Asia/Tokyo", zone=zone)
    for place, each in enumerate(history):
        if place >= late:
            behind.row.zone = zone
        for made in (behind, ahead):
            made.crossings(event(at_ms=each.at_ms))
    behind.row.zone = zone
    for made in (behind, ahead):
        made.crossings(event(at_ms=history[-1].at_ms + HOUR_MS // 2))
    assert behind.row.counter(0) == ahead.row.counter(0)


def test_two_devices_that_take_turns_make_no_days() -> None:
    """A phone on Tokyo's time and a laptop on Los Angeles', in turns all through three days: four dates at most."""
    made = contact()
    start = at("2026-06-01T00:00")
    for hour in range(73):
        feed(made, Told(start + hour * HOUR_MS, ("Asia/Tokyo", "America/Los_Angeles")[hour % 2]))
        shortest, longest = bounds(
            [Told(start + each * HOUR_MS, ("Asia/Tokyo", "America/Los_Angeles")[each % 2]) for each in range(hour + 1)],
            start + hour * HOUR_MS,
            weeks=False,
        )
        assert shortest <= made.row.counter(0) <= longest
    assert made.row.counter(0) == 4


def test_a_profile_that_goes_to_and_fro_makes_no_days() -> None:
    """The same by the profile: its zone written anew before every event."""
    made = contact()
    start = at("2026-06-01T12:00")
    for hour in range(72):
        made.row.zone = ("Pacific/Kiritimati", "Etc/GMT+12")[hour % 2]
        made.crossings(event(at_ms=start + hour * HOUR_MS))
    assert made.row.counter(0) == 4


@pytest.mark.parametrize(
    ("first", "second"), [("Europe/Paris", "America/New_York"), ("America/New_York", "Asia/Tokyo")]
)
def test_three_days_in_both_zones_are_three(first: str, second: str) -> None:
    """Read in turns they came out as two."""
    made = contact()
    days = [at(f"2026-06-0{day}T15:00") for day in (1, 2, 3)]
    for moment, zone in zip(days, (first, second, first), strict=True):
        feed(made, Told(moment, zone))
    assert made.row.counter(0) == 3


def test_a_run_goes_on_in_the_zone_where_no_day_is_missed() -> None:
    """30 days in Paris, then in Auckland: the morning of one day and the night of the next miss a day of Paris only."""
    made = contact()
    for day in range(30):
        for hour in (7, 19):
            feed(made, Told(at("2026-06-01T00:00", "Europe/Paris") + day * DAY_MS + hour * HOUR_MS, "Europe/Paris"))
    assert made.row.counter(0) == 30
    feed(made, Told(at("2026-07-02T08:00", "Pacific/Auckland"), "Pacific/Auckland"))  # 1 July, 22:00 in Paris
    feed(made, Told(at("2026-07-03T23:00", "Pacific/Auckland"), "Pacific/Auckland"))  # 3 July, 13:00
    assert made.row.counter(0) == 33  # 1 June to 3 July


def test_a_device_that_tells_no_zone_is_read_in_the_one_that_is_known() -> None:
    """An old client beside a new one does not bring the product's zone in again."""
    made, told = contact(product_zone="Asia/Tokyo"), contact(product_zone="Asia/Tokyo")
    start = at("2026-06-01T22:00", "America/Los_Angeles")
    for step in range(6):
        moment = start + step * 20 * HOUR_MS
        made.crossings(event(at_ms=moment, time_zone="America/Los_Angeles" if step % 2 == 0 else None))
        told.crossings(event(at_ms=moment, time_zone="America/Los_Angeles"))
    assert made.row.counter(0) == told.row.counter(0)


def test_the_product_that_moves_takes_the_runs_of_the_unknown_with_it() -> None:
    """They are read in its new zone as if it had always been that."""
    made, alone = contact(product_zone="UTC"), contact(product_zone="Asia/Kathmandu")
    around = [at("2026-11-20T23:30", "Asia/Kathmandu"), at("2026-11-21T00:30", "Asia/Kathmandu")]
    for moment in around:
        made.crossings(event(at_ms=moment))
        alone.crossings(event(at_ms=moment))
    assert (made.row.counter(0), alone.row.counter(0)) == (1, 2)
    made.edit(alone.document, made.now_ms + 1)
    for each in (made, alone):
        each.crossings(event(at_ms=around[1] + HOUR_MS))
    assert (made.row.counter(0), alone.row.counter(0)) == (2, 2)


def test_a_traveller_with_many_zones_has_a_small_row() -> None:
    """A world tour in a day and again: a bound on what is kept, and a length that one of the zones has."""
    made = contact()
    told = []
    for step in range(200):
        told.append(Told(at("2026-06-01T00:00") + step * 7 * HOUR_MS, ZONES[step % len(ZONES)]))
        feed(made, told[-1])
    shortest, longest = bounds(told, told[-1].at_ms, weeks=False)
    assert shortest <= made.row.counter(0) <= longest
    assert len(encode_progress(made.row)) < 400


def legacy(*runs: list[int], newest: int, zone: str) -> Contact:
    """Return a contact whose streak an earlier release wrote: newest_ms, zone, runs and until_ms."""
    made = contact(zone=zone)
    made.crossings(event(at_ms=newest))
    assert made.row.streaks is not None
    streak = made.row.streaks[0]
    streak.newest_ms, streak.runs, streak.until_ms = newest, [*runs], 0
    streak.start, streak.floor, streak.gaps, streak.kind = 0, 0, [], 0
    made.row.counters = [runs[-1][2]]
    return made


def test_a_row_of_an_earlier_release_goes_on() -> None:
    """Its runs keep their lengths, late events join them, and the next day is one more."""
    newest = at("2026-11-10T12:00", "Europe/Paris")
    day = 20767  # 2026-11-10
    made = legacy([day - 12, day - 3, 10], [day - 1, day, 2], newest=newest, zone="Europe/Paris")
    made.crossings(event(at_ms=newest + DAY_MS))
    assert (made.row.counter(0), made.row.high(0)) == (3, 3)
    made = legacy([day - 12, day - 3, 10], [day - 1, day, 2], newest=newest, zone="Europe/Paris")
    made.crossings(event(at_ms=newest - 2 * DAY_MS))
    assert made.row.counter(0) == 13
    made.crossings(event(at_ms=newest + 2 * DAY_MS))
    assert made.row.counter(0) == 1


def test_an_earlier_release_reads_what_this_one_writes() -> None:
    """While both run: its four fields stand first, and hold the newest run by the days of the newest event's zone."""

    class Earlier(msgspec.Struct, array_like=True):
        newest_ms: int
        zone: str
        runs: list[list[int]]
        until_ms: int = 0

    made = contact()
    for day in range(3):
        feed(made, Told(at("2026-11-08T12:00", "Asia/Tokyo") + day * DAY_MS, "Asia/Tokyo"))
    assert made.row.streaks is not None
    read = msgspec.msgpack.decode(msgspec.msgpack.encode(made.row.streaks[0]), type=Earlier)
    assert (read.zone, read.runs) == ("Asia/Tokyo", [[20765, 20767, 3]])


def test_a_length_that_no_zone_has_is_healed() -> None:
    """Seven days that were counted in three: no more than it had dates."""
    newest = at("2026-11-10T12:00", "Europe/Paris")
    made = legacy([20764, 20767, 7], newest=newest, zone="Europe/Paris")
    made.crossings(event(at_ms=newest + DAY_MS))
    assert made.row.counter(0) == 5
