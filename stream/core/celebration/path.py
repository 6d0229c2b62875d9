"""The path so far: of the milestones that a contact reached before, those that a message may tell."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.contact import Contact
from schemas.delivery import Reached
from schemas.milestone_crossed import MilestoneCrossed, Reason
from schemas.moment import parse_rfc3339
from stream.core.celebration.audience import Numbers
from stream.core.celebration.manner import Manners
from stream.core.celebration.subject import Subject, reached_by

_UNDATED: frozenset[Reason] = frozenset({"before_milestone", "adopted", "backfill"})
"""Why a crossing is not celebrated that is true all the same, but happened at another time than it says."""


def remembered(crossed: MilestoneCrossed) -> Reached | None:
    """Return a crossing as the path remembers it; None if no message may ever tell of it.

    A number that may lack what came before (`history_incomplete`) is an untruth, and what the control group is not to
    hear is not said by the way either. What was imported or adopted is a fact, but nobody knows its day.
    """
    because = crossed.not_celebrated_because
    if crossed.holdout or not (crossed.celebrate or because in _UNDATED):
        return None
    return reached_by(crossed)


def path_to(
    told: Sequence[Subject], history: Sequence[Reached], manners: Manners, contact: Contact, numbers: Numbers
) -> list[Reached]:
    """Return what a message may tell of the way to the first of `told`, oldest first, without what it tells itself.

    Left out are milestones that came later than it, those that the rules in force celebrate no more, and those whose
    audience the contact is not in now; and what an earlier release noted, which did not say whether it may be told.

    Args:
        told: what the message is about; more than one where it speaks of several.
        history: what the contact's row remembers, in the order in which it came.
        manners: of the rules in force.
        contact: the profile.
        numbers: the last value by metric.
    """
    these = {(each.milestone, each.occurrence) for each in told}
    if not [each for each in history if (each.milestone, each.occurrence) not in these]:
        return []  # as at the beginning of every way
    subject = told[0]
    places = {(each.milestone, each.occurrence): place for place, each in enumerate(history)}
    # A nudge is none of them: all that came at its moment came before it.
    own = places.get((subject.milestone, subject.occurrence), len(history))
    now = parse_rfc3339(subject.occurred_at), own
    way = sorted((parse_rfc3339(each.occurred_at), place) for place, each in enumerate(history))
    before = [history[place] for at_ms, place in way if (at_ms, place) < now]
    return [
        each
        for each in before
        if each.is_dated is not None
        and (each.milestone, each.occurrence) not in these
        and (manner := manners.of(each.milestone)) is not None
        and manner.audience.holds(contact.attributes, numbers)
    ]
