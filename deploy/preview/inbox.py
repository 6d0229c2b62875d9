"""A message as a row of an inbox: who, subject, and the first words. Pure."""

from __future__ import annotations

from dataclasses import dataclass

SUBJECT = 40
"""Characters of a subject that phones show: 33 to 43 in the mail programs of iPhone and Android."""
WORDS = 90
"""Characters of the first words; programs show 35 to 140, and more where the subject is short."""


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
    return Row(sender, shown, rest, cut_at(" ".join(text.split()), WORDS)[0])


def cut_at(text: str, longest: int) -> tuple[str, str]:
    """Return what is shown of a text of which at most `longest` characters fit, and the rest; an ellipsis takes one."""
    if len(text) <= longest:
        return text, ""
    return text[: longest - 1].rstrip() + "…", text[longest - 1 :].strip()
