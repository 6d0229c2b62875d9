"""Lines and their numbers."""

from __future__ import annotations

from pathlib import Path

from deploy.cli.events.ndjson import Line, lines


def test_numbers_are_those_of_an_editor(tmp_path: Path) -> None:
    """Blank lines are skipped but counted; a byte order mark and Windows line ends are no part of an event."""
    file = tmp_path / "events"
    file.write_bytes(b'\xef\xbb\xbf{"a":1}\r\n\n   \n{"b":2}')

    assert list(lines(str(file))) == [Line(1, b'{"a":1}'), Line(4, b'{"b":2}')]
