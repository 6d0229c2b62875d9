"""Extreme but well-formed values of every type, put into any field of a record: what a fuzz of the doors draws from."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from schemas.dead_letter import reason_of
from stream.testing.driver import Driver

NUMBER = re.compile(r'"@@([^"@]*)@@"')
"""A number that no Python type writes as it stands here."""


CHANGES = ["erase", "unsubscribe", "mute", "complaint", "hard_bounce", "resubscribe", "new_endpoint", "dead_token"]
"""What may happen to a contact."""


def number(text: str) -> str:
    """Stands for a JSON number of these digits."""
    return f"@@{text}@@"


DATES = [
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+01:00",
    "0001-01-01T00:00:00-23:59",
    "1900-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999Z",
    "1970-01-01T00:00:00Z",
    "1979-12-31T23:59:59.999Z",
    "1980-01-01T00:00:00Z",
    "1999-12-31T23:59:59.999999999Z",
    "2000-01-01T00:00:00Z",
    "2000-02-29T23:59:59+14:00",
    "2025-12-31T23:59:59.999Z",
    "2026-01-01T00:10:00Z",
    "2026-01-01T00:10:00.001Z",
    "2026-01-01T10:00:00Z",
    "2026-06-30T23:59:60Z",
    "2106-02-07T06:28:16Z",
    "9998-12-31T23:59:59Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59.999999999Z",
    "9999-12-31T23:59:59-05:00",
    "9999-12-31T23:59:59.999-23:59",
    "2026-01-01",
    "2026-01-01T00:00:00",
    "20260101T000000Z",
]
NUMBERS = [
    *("0", "-0", "1", "-1", "0.0", "-0.0", "0.1", "1e-36", "1e-37", "1e18", "1e19", "1e308", "1e400", "-1e400"),
    *("1e-400", "1e999999999999999999999", "1e-999999999999999999999", "9223372036854775807", "9223372036854775808"),
    *("-9223372036854775808", "-9223372036854775809", "18446744073709551616", "9" * 40, "9" * 5000, "-" + "9" * 400),
    *("1767225600", "1767225600000", "1767225600000000", "1767225600000000000", "253402300799999", "253402300800000"),
    *("-62135596800000", "-62135596800001", "315532799999", "315532800000", "946684799999", "946684800000"),
    *("1767226200000", "1767226200001", "1767261600000", "0." + "1" * 40, "1.5"),
]
TEXTS = [
    *(
        "",
        " ",
        "\t\n",
        "\x00",
        "a\x00b",
        "\x7f",
        "\x85",
        "\u00a0",
        "\u2028",
        "\u202e",
        "\ufeff",
        "\ud800",
        "\udfff\ud800",
    ),
    *("null", "NaN", "Infinity", "true", "0", "-1", "1e400", "{}", "[]", "@", "a" * 64, "a" * 65, "a" * 256, "a" * 257),
    *("é" * 128, "é" * 129, "😀" * 64, "😀" * 65, "x" * 5000, "İ", "ß", "Z" * 320, "../../etc/passwd", "Europe/Paris"),
    *("Europe", "Mars/Olympus", "/etc/localtime", "posix/UTC", "Etc/GMT+12", "Pacific/Kiritimati", "Pacific/Apia"),
    *("cairn.", "cairn.baseline", "cairn-baseline", "documents", "c-1", "en", "de-CH-1996", "ada@example.com", "a@b@c"),
    *("%s", "{0}", "$.a", "$", "'", '"', "\\", "\\u0000", "<script>", "https://x.example/" + "y" * 3000),
]
ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.sampled_from(DATES) | st.datetimes(timezones=ZONES).map(lambda at: at.isoformat())
SCALARS = (
    st.none()
    | st.booleans()
    | MOMENTS
    | st.sampled_from(NUMBERS).map(number)
    | st.sampled_from(TEXTS)
    | st.text(max_size=8)
    | st.integers(-(2**64), 2**64)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(TEXTS) | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=5,
) | st.sampled_from([nested for depth in (14, 15, 16, 200) for nested in (["["] * depth,)]).map(
    lambda opened: number("[" * len(opened) + "]" * len(opened))
)


@st.composite
def changed(draw: st.DrawFn, fields: Mapping[str, Any], *more: str, most: int = 3) -> dict[str, Any]:
    """A record's fields, some with another value or none; `more` are names that it does not have."""
    found = dict(fields)
    for name in draw(st.lists(st.sampled_from([*fields, *more, "later"]), max_size=most, unique=True)):
        if draw(st.integers(0, 9)) == 0:
            found.pop(name, None)
        else:
            found[name] = draw(VALUES | _within(fields.get(name)))
    return found


def _within(content: Any) -> st.SearchStrategy[Any]:
    """The same object or list with something extreme in it."""
    if isinstance(content, dict) and content:
        return changed(content, most=2)
    if isinstance(content, list) and content:
        return st.lists(_within(content[0]) | VALUES, min_size=1, max_size=3)
    return MOMENTS | st.sampled_from(NUMBERS).map(number) | st.sampled_from(TEXTS)


def written(document: Any, *, escaped: bool = True) -> bytes:
    """JSON in bytes. Half surrogates that are not escaped become bytes that are no UTF-8."""
    text = json.dumps(document, ensure_ascii=escaped)
    return NUMBER.sub(lambda found: found.group(1), text).encode("utf-8", "surrogatepass")


FRAMES = st.sampled_from(
    [b""] * 12
    + [b"\x00\x00\x00\x00\x07", b"\x00" * 9, b"\x03\x00" + b"\x07" * 16, b"\x1f\x8b\x08", b"\xef\xbb\xbf", b" \n"]
)
"""What other formats put before the JSON, mostly nothing."""
STAMPS = st.just(None) | st.sampled_from(
    [
        *(0, 1, 1_767_225_600, 946_684_800_000, 1_767_225_600_000 - 86_400_000, 1_767_225_600_000 + 3_600_000),
        *(4_102_444_800_000, 253_402_300_800_000, 2**62),
    ]
)
"""A record's own timestamp; None: the clock of the driver, which stands at 2026-01-01."""


def codes(driver: Driver, topics: Iterable[str]) -> Counter[str]:
    """How many dead letters of each code lie on these topics."""
    found: Counter[str] = Counter()
    for topic in topics:
        for letter in driver.read(topic):
            reason = reason_of(letter.headers())
            assert reason is not None
            found[reason.code] += 1
    return found
