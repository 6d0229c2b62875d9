"""What follows for contacts from another condition of a milestone, in words."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.milestones.condition import Anniversary
from schemas.milestones.expand import Milestone

_AGAIN = "not celebrated for it again"


def edit_words(before: Milestone, after: Milestone) -> Iterable[str]:
    """Yield a sentence for each thing that a contact will find, of two that have the same id."""
    condition = after.condition
    if after.every is not None:
        yield (
            f"who has passed a multiple of it is {_AGAIN}: next for each contact is the first multiple of "
            f"{after.every:,} above where it stands in {after.metric}, and `occurrence` counts on from the last one"
        )
    elif isinstance(condition, Anniversary) and condition.repeats:
        yield (
            f"who has had a date is {_AGAIN}: next for each contact is the first date from now on by "
            f"{condition.after}, and `occurrence` counts on from the last one"
        )
    else:
        yield f"the same milestone under another condition: who has reached it is {_AGAIN}"
        yield from _for_the_others(before, after)


def _for_the_others(before: Milestone, after: Milestone) -> Iterable[str]:
    condition = after.condition
    if isinstance(condition, Anniversary):
        yield f"who signed up longer ago than {condition.after} is past it and hears nothing; the others come to it"
    elif after.threshold is not None and before.metric == after.metric and before.threshold is not None:
        if after.threshold < before.threshold:
            yield (
                f"who stands between {after.threshold:,} and {before.threshold:,} is past it and hears nothing; who is "
                f"below comes to it at {after.threshold:,}"
            )
        else:
            yield f"who has not reached it comes to it at {after.threshold:,}"
    elif after.threshold is not None:
        yield (
            f"of the others, who stands at {after.threshold:,} of {after.metric} or above is past it and hears "
            "nothing; who is below comes to it there"
        )
    else:
        yield "of the others, who has all of its members already is past it and hears nothing"
