"""A milestone's condition and its numbers, put in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.milestones.condition import AllOf, Anniversary

if TYPE_CHECKING:
    from schemas.milestones.expand import Milestone


def when(milestone: Milestone) -> str:
    """The condition in one line: `documents reaches 100`, `documents every 5,000`, `30 days after sign-up`."""
    match milestone.condition:
        case Anniversary(after, repeats):
            return f"every {after} after sign-up" if repeats else f"{after} after sign-up"
        case AllOf(milestones):
            return "all of " + ", ".join(milestones)
        case _ if milestone.every is not None:
            return f"{milestone.metric} every {milestone.every:,}"
        case _:
            return f"{milestone.metric} reaches {milestone.threshold:,}"


def exact(value: Any) -> Any:
    """A number for JSON: a decimal goes as text, because a JSON reader would round it."""
    return value if value is None or isinstance(value, int) else str(value)
