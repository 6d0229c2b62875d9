"""Newline-delimited JSON: one event on each line, with its line number."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO, NamedTuple

from schemas.errors import CairnError
from stream.runtime.exits import Exit

STDIN = "-"


class Line(NamedTuple):
    """One line that is not blank; numbers count from 1, as editors do."""

    number: int
    data: bytes


def lines(source: str) -> Iterator[Line]:
    """The lines of a file, or of standard input for `-`; raises `OSError` when the file cannot be opened.

    Lines are read one at a time, so that a file may be larger than memory.
    """
    with nullcontext(sys.stdin.buffer) if source == STDIN else Path(source).open("rb") as stream:
        yield from _lines(stream)


def name_of(source: str) -> str:
    """What to call the source in a message."""
    return "standard input" if source == STDIN else source


def source_or_stdin(source: str | None) -> str:
    """The source that was given, or standard input when something is piped in; else raises `CairnError` (exit 2)."""
    if source is not None:
        return source
    if sys.stdin is not None and not sys.stdin.isatty():
        return STDIN
    raise CairnError(
        "no events were given",
        where="the command line",
        fix="name a file with one JSON object on each line, or - to read standard input",
        exit=Exit.USAGE,
    )


def _lines(stream: BinaryIO) -> Iterator[Line]:
    for number, data in enumerate(stream, start=1):
        if number == 1:
            data = data.removeprefix(b"\xef\xbb\xbf")
        if stripped := data.strip():
            yield Line(number, stripped)
