"""A log is read on, never twice."""

from __future__ import annotations

from pathlib import Path

from deploy.demo.followed import Followed


def test_each_byte_is_read_once(tmp_path: Path) -> None:
    """Also of a file that comes later, and of a line that is not whole yet."""
    file = tmp_path / "log"
    followed = Followed(file)
    assert followed.news() == b""
    file.write_bytes(b"one\ntw")
    assert followed.news() == b"one\ntw"
    assert followed.news() == b""
    with file.open("ab") as out:
        out.write(b"o\n")
    assert followed.news() == b"o\n"
