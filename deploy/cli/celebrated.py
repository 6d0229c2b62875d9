"""Whether a milestone was celebrated, in one cell of a table. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deploy.cli.explain.celebration import Celebration
    from schemas.milestone_crossed import MilestoneCrossed

UNKNOWN = "unknown"


def celebrated(crossing: MilestoneCrossed | None, celebration: Celebration | None) -> str:
    """Return what became of a crossing: `email, web_push` where a provider took it, else the first word on why not.

    That a crossing may be celebrated (`celebrate`) says nothing of whether it was: decisions and receipts do.
    """
    if crossing is None:
        return UNKNOWN
    if crossing.holdout:
        return "no: holdout"
    if not crossing.celebrate:
        return f"no: {crossing.not_celebrated_because}"
    channels = celebration.channels if celebration is not None else ()
    states = {each.state for each in channels}
    if "sent" in states:
        return ", ".join(each.channel for each in channels if each.state == "sent")
    if "on_its_way" in states:
        return "on its way"
    if states & {"unread", "later"} or not states:
        return "not yet"
    if "failed" in states:
        return "no: not sent"
    if "forgotten" in states:
        return UNKNOWN
    reasons = {each.decision.because for each in channels if each.decision is not None and each.decision.because}
    # Of the reasons of several channels the one that is about the contact or the milestone, not about a channel.
    told = sorted(reasons - {"channel_off", "unreachable"}) or sorted(reasons)
    return f"no: {', '.join(told)}"
