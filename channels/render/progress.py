"""How far it is to the milestone that lies ahead."""

from __future__ import annotations

from decimal import Decimal

from channels.render.figure import Forms, exact, figure
from schemas.milestone_crossed import MilestoneCrossed, Number
from schemas.milestone_nudge import MilestoneNudge
from templates.context import Next
from templates.languages.language import Language


def ahead_of_crossing(crossing: MilestoneCrossed, language: Language, forms: Forms = ()) -> Next | None:
    """Return the next milestone on the same metric; None after the last.

    Raises:
        RenderError: a number is too long.
    """
    rung = crossing.next
    if rung is None:
        return None
    return _next(crossing, rung.threshold, rung.remaining, language, forms)


def ahead_of_nudge(nudge: MilestoneNudge, language: Language, forms: Forms = ()) -> Next:
    """Return the milestone that the contact is near.

    Raises:
        RenderError: a number is too long.
    """
    return _next(nudge, nudge.threshold, nudge.remaining, language, forms)


def percent(value: Number, threshold: Number) -> int:
    """Return how much of a threshold is done, 0 to 99: rounded down, for the last step is not done yet.

    Raises:
        RenderError: a number is too long.
    """
    done, whole = Decimal(exact(value)), Decimal(exact(threshold))
    return max(0, min(99, int(done * 100 // whole))) if whole > 0 else 0


def _next(
    subject: MilestoneCrossed | MilestoneNudge, threshold: Number, remaining: Number, language: Language, forms: Forms
) -> Next:
    unit, metric, kind = subject.unit, subject.metric, subject.kind
    return Next(
        threshold=figure(threshold, unit, metric, kind=kind, language=language, forms=forms),
        remaining=figure(remaining, unit, metric, kind=kind, language=language, forms=forms),
        percent=percent(subject.value, threshold),
    )
