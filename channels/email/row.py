"""A row of the table of replies: what must be there for its meaning to hold. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from channels.email.meaning import Meaning
from channels.email.reply import Reply
from channels.email.stage import Stage

EVERYWHERE = frozenset(Stage)
BEFORE = frozenset(each for each in Stage if each.before_recipient)
AFTER = EVERYWHERE - BEFORE
"""RCPT and what follows: a message has one recipient, so a reply can still speak of that one mailbox."""

_FORM = re.compile(r"([x245])\.(\d+)\.(?:(\d+)(?:-(\d+))?|(\*))")


class _Span(NamedTuple):
    """Enhanced codes: of one class or (0) of any, of one subject, with details from `first` to `last`."""

    kind: int
    subject: int
    first: int
    last: int

    def holds(self, status: tuple[int, int, int]) -> bool:
        kind, subject, detail = status
        return self.kind in (0, kind) and subject == self.subject and self.first <= detail <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """All that is given must hold: `at` one of these steps, `kinds` one of these first digits, one of these `codes`,
    one of these `statuses` (RFC 3463: `5.7.133`, `x.2.2` for 4 and 5, `5.7.606-649`, `5.6.*`, and `-` for none at all),
    and `words` somewhere in the text, but not `unless`.

    `source` is where the rule or the provider's page says so. `vague`: neither code nor words tell whose fault it is,
    so what many are told in a row is not believed (`doubt`).
    """

    meaning: Meaning
    source: str
    at: frozenset[Stage] = EVERYWHERE
    kinds: str = "45"
    codes: tuple[int, ...] = ()
    statuses: tuple[str, ...] = ()
    words: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    vague: bool = False
    _spans: tuple[_Span, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_spans", tuple(_span(each) for each in self.statuses if each != "-"))

    def holds(self, stage: Stage, reply: Reply, words: str) -> bool:
        """Whether a reply at this step is of this row; `words` are the reply's."""
        if stage not in self.at or str(reply.kind) not in self.kinds:
            return False
        if self.codes and reply.code not in self.codes:
            return False
        if self.statuses and not self._has_status(reply.enhanced):
            return False
        if self.words is not None and not self.words.search(words):
            return False
        return self.unless is None or not self.unless.search(words)

    def _has_status(self, status: tuple[int, int, int] | None) -> bool:
        if status is None:
            return "-" in self.statuses
        return any(each.holds(status) for each in self._spans)


def _span(text: str) -> _Span:
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} is no enhanced status")
    kind, subject, first, last, every = found.groups()
    low, high = (0, 999) if every else (int(first), int(last or first))
    return _Span(0 if kind == "x" else int(kind), int(subject), low, high)
