"""Notations of the file: each is read, written back, and refused when it makes no sense."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.milestones.duration import Duration, Unit, read_age, read_pause, read_span
from schemas.milestones.hours import Hours, Window, read_hours, read_window
from schemas.milestones.mistakes import MalformedError
from schemas.milestones.names import read_locale, read_milestone_id, read_time_zone, read_url, read_web_address
from schemas.milestones.share import Share, read_share


@given(st.integers(0, 10_000))
def test_every_share_is_read_back(points: int) -> None:
    """Hundredths of a percent."""
    assert read_share(str(Share(points))) == Share(points)


def test_shares_are_written_as_people_do() -> None:
    """Without zeros at the end."""
    assert [str(Share(points)) for points in (0, 500, 250, 1, 10_000)] == ["0%", "5%", "2.5%", "0.01%", "100%"]


@given(st.integers(1, 36_500), st.sampled_from([Unit.DAY, Unit.WEEK]))
def test_every_duration_is_read_back(amount: int, unit: Unit) -> None:
    """Singular and plural."""
    duration = Duration(amount, unit)
    assert read_span(str(duration)) == read_age(str(duration)) == duration


@pytest.mark.parametrize(
    ("raw", "seconds"), [(0, 0), ("0", 0), ("0 seconds", 0), ("0 Minutes", 0), ("30 seconds", 30), ("10 minutes", 600)]
)
def test_a_pause_may_be_nothing_and_counts_seconds(raw: object, seconds: int) -> None:
    """As `bundle` is written; what is read is read back."""
    pause = read_pause(raw)
    assert pause.seconds == seconds
    assert read_pause(str(pause)) == read_pause(pause) == pause


@pytest.mark.parametrize(
    ("raw", "message", "hint"),
    [
        (30, "30 is not a duration", "30 seconds"),
        (False, "false is not a duration", "30 seconds"),
        ("2 days", "'2 days': days cannot be used here", "seconds, minutes or hours"),
        ("25 hours", "'25 hours' is longer than a day", "24 hours"),
        ("10 minuts", "'10 minuts': unknown unit 'minuts'", "minutes"),
        ("-1 seconds", "the amount of '-1 seconds' is not a whole number", "30 seconds"),
    ],
)
def test_a_pause_that_makes_no_sense_is_refused_with_its_cure(raw: object, message: str, hint: str) -> None:
    with pytest.raises(MalformedError) as refused:
        read_pause(raw)
    (mistake,) = refused.value.mistakes
    assert message in mistake.message
    assert hint in mistake.hint


def test_spans_have_a_length_and_ages_need_a_calendar() -> None:
    """A month has none of its own."""
    assert read_span("2 weeks").seconds == 14 * 86_400
    assert read_age("every 1 month".removeprefix("every ")) == Duration(1, Unit.MONTH)
    with pytest.raises(MalformedError):
        read_span("1 month")
    with pytest.raises(MalformedError):
        read_age("36 hours")


@given(st.integers(0, 1439), st.integers(0, 1439), st.frozensets(st.integers(0, 6), min_size=1))
def test_every_window_is_read_back(start: int, end: int, days: frozenset[int]) -> None:
    """Hours that cross midnight are quiet hours only."""
    hours = Hours(start, end)
    if start != end:
        assert read_hours(str(hours)) == hours
        assert len(hours.minutes()) == (end - start) % 1440
    if start < end or (end == 0 and start):
        assert read_window(str(Window(days, hours))) == Window(days, hours)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("weekdays 09:00-11:30", {0, 1, 2, 3, 4}),
        ("weekends 09:00 - 11:30", {5, 6}),
        ("09:00-11:30", {0, 1, 2, 3, 4, 5, 6}),
        ("daily 09:00-11:30", {0, 1, 2, 3, 4, 5, 6}),
        ("mon,wed-fri 09:00-11:30", {0, 2, 3, 4}),
        ("sat-mon 09:00-11:30", {5, 6, 0}),
    ],
)
def test_windows_name_their_days(text: str, days: set[int]) -> None:
    """Groups, single days and ranges, also across the weekend."""
    assert read_window(text) == Window(frozenset(days), Hours(540, 690))


@pytest.mark.parametrize(
    ("read", "good", "bad"),
    [
        (read_locale, ["en", "fr-CA", "zh-Hant-TW", "es-419"], ["", "english", "fr_CA", 7]),
        (
            read_time_zone,
            ["UTC", "Europe/Paris", "Asia/Kathmandu"],
            ["", "Paris", "../etc/passwd", "/etc/localtime", "CEST+2", 1],
        ),
        (read_milestone_id, ["a", "first-project", "10k"], ["", "-a", "a-", "a--b", "A", "a_b", "é", "a" * 65, None]),
        (
            read_web_address,
            ["https://a.example", "http://localhost:8080/x"],
            ["", "a.example", "/x", "ftp://a", "https://", "https://a b", 3],
        ),
        (
            read_url,
            ["/invite", "https://a.example/x?y=1"],
            ["invite", "//evil.example", "javascript:alert(1)", "mailto:a@b", ""],
        ),
    ],
)
def test_names_and_addresses_have_their_forms(
    read: Callable[[object], str], good: list[str], bad: list[object]
) -> None:
    """A good one is kept as it is, a bad one is refused."""
    assert [read(text) for text in good] == good
    for text in bad:
        with pytest.raises(MalformedError):
            read(text)
