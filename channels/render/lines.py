"""The text part of an email: its lines as a template gives them, made even."""

from __future__ import annotations

import re

_GAPS = re.compile(r"\n{3,}")


def lines(text: str) -> str:
    """Return the text without space at its ends and with one empty line at most between others; ends with a newline.

    The line that begins a signature keeps its space (RFC 3676 section 4.3).
    """
    even = "\n".join(line if line == "-- " else line.rstrip() for line in text.splitlines())
    return _GAPS.sub("\n\n", even).strip("\n") + "\n"
