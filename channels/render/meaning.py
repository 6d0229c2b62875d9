"""What a number means, in the plural form and with the numbers of this crossing."""

from __future__ import annotations

from decimal import Decimal

from channels.render.figure import exact
from schemas.delivery import Message
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge
from schemas.milestones.phrase import OTHER
from templates.languages.counts import Counts
from templates.languages.language import Language
from templates.languages.named import names_any
from templates.languages.periods import unit_of_time
from templates.languages.wording import Wording


def meaning_of(message: Message, subject: MilestoneCrossed | MilestoneNudge, counts: Counts, language: Language) -> str:
    """Return what the number means; empty where nothing is said of this one.

    It is in the language of the milestones file where there is no translation. A sentence that never changes and names
    the first time of what comes again and again, as `A year together.` does at every year, is said at the first alone:
    at the second it would be untrue.

    Raises:
        RenderError: a number is too long.
        UntranslatedError: there is no translation, and a message is to be in one language.
    """
    own = message.means_forms or ({OTHER: message.means} if message.means else None)
    if own is None:
        return ""
    entry = None if language.is_default else language.milestones.means_entry(subject.milestone)
    if entry is None and not language.is_default:
        language.lacks(f"milestones.{subject.milestone}.means")
    if entry is None:
        said, varies = language.of_file(own, counts), message.means_forms is not None
    else:
        said = language.milestones.means(subject.milestone, counts) or ""
        varies = not isinstance(entry, Wording) or bool(entry.placeholders)
    if varies or subject.occurrence == 1:
        return said
    time = unit_of_time(subject.unit or "") if subject.kind == "signed_up" else None
    words = language.words_of_time(time, of_file=entry is None) if time else frozenset()
    step = exact(Decimal(exact(subject.threshold)) / subject.occurrence)
    return "" if names_any(said, {step, language.number(step), f"{Decimal(step):,f}", *words}) else said
