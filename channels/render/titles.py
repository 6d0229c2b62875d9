"""Ids of milestones in words."""

from __future__ import annotations

from datetime import tzinfo

from channels.portal.texts import ENGLISH
from channels.render.clean import clean
from channels.render.cut import cut
from channels.render.day import day_in
from channels.render.figure import figure
from schemas.delivery import Reached
from templates.context import Past

_LONGEST = 100
SHOWN = 5
"""Milestones reached before that a message shows: the newest."""


def title_of(milestone: str) -> str:
    """Return an id in words: `first-project` is `First project`, `documents-1000` is `Documents 1,000`."""
    words = [ENGLISH.number(each) if each.isdecimal() and each.isascii() else each for each in milestone.split("-")]
    title = cut(clean(" ".join(words).replace("_", " ")), _LONGEST)
    return title[:1].upper() + title[1:]


def past(reached: Reached, zone: tzinfo) -> Past:
    """Return a milestone reached before; one that comes again and again is told apart by its number.

    Raises:
        RenderError: its number or its time is not of its form.
    """
    title = title_of(reached.milestone)
    if reached.occurrence > 1:
        title = f"{title}: {figure(reached.value, reached.unit, None, kind='count').phrase}"
    return Past(title=title, on=ENGLISH.date(day_in(reached.occurred_at, zone)))
