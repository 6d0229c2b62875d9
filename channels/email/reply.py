"""What a mail server said."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ENHANCED = re.compile(r"\A([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])|\(#([245])\.(\d{1,3})\.(\d{1,3})\)")
"""Where RFC 2034 section 4 puts it, and where qmail does."""
_REPEATED = re.compile(r"\A\s*[245]\.\d{1,3}\.\d{1,3}(?![\d.])")


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply code (RFC 5321 section 4.2) with its text; lines of one reply are parted by a line feed."""

    code: int
    text: str

    @property
    def kind(self) -> int:
        """Its first digit: 2 done, 3 go on, 4 not now, 5 no. Anything else is no SMTP."""
        return self.code // 100

    @property
    def words(self) -> str:
        """The text on one line, without the enhanced code that multi-line replies repeat (RFC 2034 section 4): big
        providers wrap their sentences, and a phrase may stand on two lines.
        """
        return " ".join(_REPEATED.sub("", line).strip() for line in self.text.split("\n")).strip()

    @property
    def enhanced(self) -> tuple[int, int, int] | None:
        """The enhanced status code (RFC 3463): class, subject, detail. None without one that agrees with the code."""
        found = _ENHANCED.search(self.text)
        if found is None:
            return None
        first, second, third = (int(each) for each in found.groups() if each is not None)
        return (first, second, third) if first == self.kind else None

    @property
    def name(self) -> str:
        """Both codes, such as `550 5.1.1`."""
        return " ".join([str(self.code), *([".".join(map(str, self.enhanced))] if self.enhanced else [])])
