"""Every reason and outcome in one plain sentence, for people who have not read the contract."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas.decision import No
from schemas.milestone_crossed import Reason
from schemas.receipt import Outcome

WHY_NOT: Mapping[No, str] = MappingProxyType(
    {
        "absorbed": "another message says it: a higher milestone of the same event, or of the same metric meanwhile",
        "audience": "the milestone is not for this contact: the profile or the numbers do not match its audience",
        "channel_off": "the milestone, or its tier, does not use this channel",
        "consent": "the profile does not agree to this channel",
        "contact_unknown": "there was no profile of the contact, and none came within 15 minutes",
        "held_out": "the contact is in the control group of this milestone, who are never messaged",
        "muted": "the contact has muted everything",
        "not_celebrated": "the milestone was recorded, not to be celebrated",
        "over_cap": "the contact had as many messages as the cap allows, and the rest is dropped",
        "retired": "the milestone was retired, or left the file, meanwhile",
        "stale": "it could not go out while it was fresh",
        "suppressed": "the contact has unsubscribed or complained, or every address of this channel is dead",
        "unreachable": "the profile has no address for this channel",
    }
)

OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        "sent": "the provider took it",
        "deferred": "the provider could not take it yet",
        "rejected": "the provider refuses this message for good",
        "gone": "the address is no more, and nothing is sent there again",
        "unknown": "nobody knows whether the provider took it, and it is not sent twice",
        "expired": "it was given up between two attempts",
        "dead_lettered": "it could not be sent by a fault of ours; it is in the dead-letter topic of its channel",
    }
)

WHY_NOT_CELEBRATED: Mapping[Reason, str] = MappingProxyType(
    {
        "history_incomplete": "the counter may lack what came before the first count (`cairn baseline` imports it)",
        "before_milestone": "it happened before the milestone was first applied",
        "backfill": "the event was marked as backfill",
        "adopted": "it was reached before the milestone came",
    }
)

_NO_OPENING = "the send window and the quiet hours leave no time at all"


def why_not(because: No, detail: str | None) -> str:
    """Return the sentence of a no; a detail that is known adds its own, any other stands as it is."""
    sentence = WHY_NOT[because]
    if detail is None:
        return sentence
    within = {str(reason): said for reason, said in WHY_NOT_CELEBRATED.items()} | {"no_opening": _NO_OPENING}
    return f"{sentence}: {within.get(detail, detail)}"


def outcome_of(outcome: Outcome, detail: str | None) -> str:
    """Return the sentence of an outcome; the reason of an expired one is one of a decision."""
    sentence = OUTCOMES[outcome]
    if detail is None:
        return sentence
    reasons = {str(reason): said for reason, said in WHY_NOT.items()}
    return f"{sentence}: {reasons.get(detail, detail) if outcome == 'expired' else detail}"
