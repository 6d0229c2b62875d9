"""Positions and labels: what a state says of itself, and when a local copy cannot be trusted (rules 2, 9 and 15)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from schemas.errors import CairnError
from stream.engine.changelog import LABEL_KEY, POSITIONS_KEY, Label, Positions, stale
from stream.engine.topology import FIRST_PREFIX, Formats
from stream.runtime.exits import Exit

FORMATS = Formats(reads=frozenset({1, 2}), writes=1)
HALF_RETENTION = 302_400_000
LABEL = Label(topic_id="T", partitions=12, format=1, reached=99, written_at_ms=1_000_000)


def test_positions_come_back_behind_a_format_byte() -> None:
    """What was encoded, with the byte of the format that is written."""
    positions = Positions({"in": 7, "contacts": 3}, {"in": 12})
    data = positions.encode(FORMATS)
    assert data[0] == 1
    assert Positions.decode(data, FORMATS) == positions


def test_positions_of_a_newer_format_are_refused() -> None:
    """Exit 3 and the release to run, not a guess."""
    data = b"\x03" + Positions({}, {}).encode(FORMATS)[1:]
    with pytest.raises(CairnError, match="format 3; this release reads 1, 2") as refused:
        Positions.decode(data, FORMATS)
    assert refused.value.exit == Exit.DRIFT


def test_the_engines_keys_are_outside_of_every_table() -> None:
    """No table can have a key that reads as positions or label."""
    assert POSITIONS_KEY[0] < FIRST_PREFIX
    assert LABEL_KEY[0] < FIRST_PREFIX
    assert POSITIONS_KEY != LABEL_KEY


def test_a_label_comes_back_and_rubbish_is_no_label() -> None:
    """A damaged label is an exception that the restore answers with a rebuild."""
    assert Label.decode(LABEL.encode()) == LABEL
    with pytest.raises(msgspec.MsgspecError):
        Label.decode(b"rubbish")


def _stale(label: Label | None = LABEL, **change: Any) -> str | None:
    now = {
        "topic_id": "T",
        "partitions": 12,
        "formats": FORMATS,
        "low": 0,
        "high": 100,
        "now_ms": LABEL.written_at_ms,
        "oldest_ms": HALF_RETENTION,
    }
    return stale(label, **{**now, **change})


def test_a_label_that_fits_is_trusted() -> None:
    """Also at the bounds: everything read, the log starting right behind it, exactly half of the retention old."""
    assert _stale() is None
    assert _stale(low=100, high=100) is None
    assert _stale(now_ms=LABEL.written_at_ms + HALF_RETENTION) is None
    assert _stale(formats=Formats(reads=frozenset({1}))) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"label": None}, "no label"),
        ({"topic_id": "U"}, "made anew"),
        ({"partitions": 13}, "written with 12 partitions, now there are 13"),
        ({"formats": Formats(reads=frozenset({2}), writes=2)}, "row format 1"),
        ({"high": 99}, "reached changelog offset 99, beyond the end 99"),
        ({"low": 101, "high": 200}, "reached changelog offset 99, but the log now starts at 101"),
        ({"now_ms": LABEL.written_at_ms + HALF_RETENTION + 1}, "84 h ago"),
    ],
)
def test_a_label_that_does_not_fit_says_why(change: dict[str, Any], reason: str) -> None:
    """Each mismatch makes the copy worthless, and the log line says which."""
    assert reason in (_stale(**change) or "trusted")
