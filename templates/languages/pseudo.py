"""English made strange: what was never translated stays plain, and what has too little room shows it.

`en-XA` has accents on its letters, is some 40 % longer, and stands in brackets, so that a text put together from pieces
shows its seams. `ar-XB` is English laid out from right to left. The names are those of Android's pseudo-locales.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from templates.languages.catalogue import Catalogue
from templates.languages.wording import Entry, Plural, Wording

ACCENTED, MIRRORED = "en-XA", "ar-XB"
PSEUDO = (ACCENTED, MIRRORED)
_LETTERS = str.maketrans(
    "AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz", "ÅåƁƀÇçÐðÉéƑƒĜĝĤĥÎîĴĵĶķĻļṀɱÑñÖöÞþǪǫŔŕŠšŢţÛûṼṽŴŵẊẋÝýŽž"
)
_PADDING = "one two three four five six seven eight nine ten eleven twelve"
_LONGER = 0.4
_HOLES = re.compile(r"(\{[a-z][a-z0-9_]*\})")


def pseudo(tag: str, english: Catalogue) -> Catalogue:
    """Return a catalogue made of the English one.

    Raises:
        KeyError: there is no such pseudo-locale.
    """
    changes: dict[str, Callable[[str], str]] = {ACCENTED: accented, MIRRORED: str}
    change = changes[tag]
    # Its own tag has the language of its data: right-to-left for ar-XB.
    return replace(english, tag=tag[:2], texts={key: _changed(entry, change) for key, entry in english.texts.items()})


def accented(text: str) -> str:
    """Return a text with accents, padding and brackets; placeholders stay as they are."""
    pieces = _HOLES.split(text)
    letters = sum(len(each) for each in pieces[::2])
    strange = "".join(each if index % 2 else each.translate(_LETTERS) for index, each in enumerate(pieces))
    padding = _PADDING[: max(1, round(letters * _LONGER))].strip()
    return f"[{strange} {padding}]"


def _changed(entry: Entry, change: Callable[[str], str]) -> Entry:
    if isinstance(entry, Plural):
        return Plural({category: Wording(change(each.source)) for category, each in entry.forms.items()})
    return Wording(change(entry.source))
