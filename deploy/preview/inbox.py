"""A message as a row of an inbox: who, subject, and the first words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

SUBJECT = 40
"""Characters of a subject that phones show: 33 to 43 in the mail programs of iPhone and Android."""
WORDS = 90
"""Characters of the first words; programs show 35 to 140, and more where the subject is short."""
_FILLER = re.compile(r"(?:[\u034f\u00ad\u200b-\u200d\u2007\ufeff]\s*){3,}")
"""What a preheader pads with, so that nothing of the message follows it: it takes room and shows nothing. One such
character stands in words too, three do not."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the row shows, and what it leaves out of the subject."""

    sender: str
    subject: str
    subject_cut: str
    words: str


def row(sender: str, subject: str, text: str) -> Row:
    """Return the row of a message; `text` is what its HTML says from the top, the hidden preheader first."""
    shown, rest = cut_at(subject, SUBJECT)
    first = _FILLER.split(text, maxsplit=1)[0]
    return Row(sender, shown, rest, cut_at(" ".join(first.split()), WORDS)[0])


def cut_at(text: str, longest: int) -> tuple[str, str]:
    """Return what is shown of a text of which at most `longest` characters fit, and the rest; an ellipsis takes one."""
    if len(text) <= longest:
        return text, ""
    return text[: longest - 1].rstrip() + "…", text[longest - 1 :].strip()
