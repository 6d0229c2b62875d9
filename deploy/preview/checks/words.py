"""Whether the text part says what the HTML says: whoever reads it must miss no number and no link. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from deploy.preview.checks.finding import Finding
from deploy.preview.markup import Markup

_NUMBER = re.compile(r"\d(?:[\d.,\u00a0\u202f\u066b\u066c]*\d)?")
_SHOWN = 5
_IN_WORDS = frozenset(str(each) for each in range(13))
"""Numbers that a text may write as words: one year, three teammates."""


def words_findings(text: str, markup: Markup) -> Iterator[Finding]:
    """Yield what the text part leaves out."""
    said = {*_NUMBER.findall(text), *_IN_WORDS}
    numbers = _without_twins(each for each in _NUMBER.findall(markup.visible) if each not in said)
    if numbers:
        says = f"it leaves out numbers that the HTML has: {_listed(numbers)}"
        yield Finding("amber", "email", "Text part", says, "write them in email.txt too")
    links = _without_twins(each.href for each in markup.anchors if each.href and each.href not in text)
    if links:
        says = f"it leaves out links that the HTML has: {_listed(links)}"
        yield Finding("red", "email", "Text part", says, "write each link in email.txt: some read nothing else")
    if not numbers and not links:
        yield Finding("green", "email", "Text part", "every number and every link of the HTML is in it")


def _without_twins(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))


def _listed(given: list[str]) -> str:
    more = f" and {len(given) - _SHOWN} more" if len(given) > _SHOWN else ""
    return ", ".join(each[:70] for each in given[:_SHOWN]) + more
