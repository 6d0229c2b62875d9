import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.runtime.quantities import (
    parse_bytes,
    parse_retention,
    parse_seconds,
    show_bytes,
    show_retention,
    show_seconds,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("10 s", 10), ("500ms", 0.5), ("5 min", 300), ("1.5 h", 5400), ("7 days", 604800), ("3", 3), (2.5, 2.5)],
)
def test_durations_are_read_as_people_write_them(text: object, seconds: float) -> None:
    """A number is seconds; a text has a unit."""
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["soon", "10 parsecs", "s", "", "1e3 s", "nan"])
def test_what_is_no_duration_is_refused_with_the_forms_that_are(text: str) -> None:
    """The message shows how to write one."""
    with pytest.raises(ValueError, match="500 ms"):
        parse_seconds(text)


@pytest.mark.parametrize(("text", "size"), [("64 MB", 64 << 20), ("1 GiB", 1 << 30), ("65536", 65536), (7, 7)])
def test_sizes_are_powers_of_1024(text: object, size: int) -> None:
    """MB and MiB are the same here: memory is counted in powers of two."""
    assert parse_bytes(text) == size


@settings(deadline=None)  # no timing asserts on a shared machine
@given(st.integers(0, 1 << 40))
def test_shown_sizes_read_back(size: int) -> None:
    """What `cairn config show` prints can be pasted into cairn.toml."""
    assert parse_bytes(show_bytes(size)) == size


@settings(deadline=None)  # no timing asserts on a shared machine
@given(st.integers(1, 10_000_000).map(lambda ms: ms / 1000))
def test_shown_durations_read_back(seconds: float) -> None:
    """What `cairn config show` prints can be pasted into cairn.toml."""
    assert parse_seconds(show_seconds(seconds)) == pytest.approx(seconds, rel=1e-5)


@pytest.mark.parametrize(("given", "seconds"), [("-1", -1), (-1, -1), ("1 hour", 3600), ("365 days", 31_536_000)])
def test_a_retention_is_a_duration_or_for_ever(given: object, seconds: float) -> None:
    """As Kafka has it: -1 keeps records without end. What is shown reads back."""
    assert parse_retention(given) == seconds
    assert parse_retention(show_retention(seconds)) == seconds


@pytest.mark.parametrize("given", ["0", 0, -2, "59 min", "-1 day", "40000 days", 1e300])
def test_a_retention_that_keeps_nothing_or_fits_no_number_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match="-1 for ever"):
        parse_retention(given)
