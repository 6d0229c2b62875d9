"""A CSV file of baselines, as spreadsheets and databases write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.cli.baseline.fault import Fault
from deploy.cli.baseline.sheet import Entry, entries
from schemas.errors import CairnError

HEADER = b"contact_id,metric,value,as_of\n"


def read(tmp_path: Path, data: bytes) -> list[Entry | Fault]:
    path = tmp_path / "b.csv"
    path.write_bytes(data)
    return list(entries(path))


def test_columns_in_any_order_with_quotes_and_byte_order_mark(tmp_path: Path) -> None:
    """What Excel saves: a byte order mark, carriage returns, quotes; blank lines are no lines."""
    data = '\ufeffmetric, value ,contact_id,as_of\r\ndocuments,3,"c,1",2026-11-19\r\n\r\n,,,\r\nlogins,4,é,x\r\n'

    assert read(tmp_path, data.encode()) == [
        Entry(2, "c,1", "documents", "3", "2026-11-19"),
        Entry(5, "é", "logins", "4", "x"),
    ]


def test_a_line_with_too_many_or_too_few_columns(tmp_path: Path) -> None:
    """It alone is at fault: the lines behind it are read."""
    wide, narrow, sound = read(tmp_path, HEADER + b"c,m,1,000,d\nc,m\nc,m,1,d\n")

    assert isinstance(wide, Fault)
    assert (wide.line, wide.what) == (2, "5 columns instead of 4")
    assert isinstance(narrow, Fault)
    assert sound == Entry(4, "c", "m", "1", "d")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "lacks contact_id, metric, value, as_of"),
        (b"contact_id,metric,value\n", "lacks as_of"),
        (b"contact_id,metric,value,as_of,value\n", "has value twice"),
        (b"contact_id,metric,value,as_of,note\n", "'note'"),
        (HEADER + b'c,m,"1"2,d\n', "line 2 is no CSV"),
        (HEADER + b"c,m,1,\xff\n", "not UTF-8"),
    ],
)
def test_what_cannot_be_read_at_all(tmp_path: Path, data: bytes, what: str) -> None:
    """Exit 2 with the place and the header that is wanted."""
    with pytest.raises(CairnError) as raised:
        read(tmp_path, data)

    assert raised.value.exit == 2
    assert what in raised.value.what
    assert "b.csv" in (raised.value.where or "")
