"""The milestones as one chooses them: by what they are reached on. Pure."""

from __future__ import annotations

from deploy.preview.choices import Choices
from schemas.milestones.condition import AllOf, Anniversary
from schemas.milestones.expand import Milestone


def milestone_groups(choices: Choices) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return groups of (id, label), in the order of the file."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in choices.milestones.values():
        groups.setdefault(_group(each), []).append((each.id, _label(each)))
    return list(groups.items())


def _group(milestone: Milestone) -> str:
    match milestone.condition:
        case Anniversary():
            return "time since sign-up"
        case AllOf():
            return "several together"
        case _:
            return (milestone.metric or "").replace("_", " ")


def _label(milestone: Milestone) -> str:
    entry = milestone.entry
    said: list[str] = []
    if milestone.every is not None:
        said.append(f"every {milestone.every:,}")
    elif milestone.threshold is not None:
        said.append(f"at {milestone.threshold:,}")
    if entry.tier == "major":
        said.append(entry.tier)
    if entry.status != "active":
        said.append(entry.status)
    return f"{milestone.id} ({', '.join(said)})" if said else milestone.id
