"""Every reason and outcome in one plain sentence, for people who have not read the contract."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas.decision import No
from schemas.milestone_crossed import Reason
from schemas.receipt import Outcome

WHY_NOT: Mapping[No, str] = MappingProxyType(
    {
        "absorbed": "a higher milestone of the same event, or of the same metric meanwhile, took its place",
        "audience": "the milestone is not for this contact: the profile or the numbers do not match its audience",
        "channel_off": "the milestone, or its tier, does not use this channel",
        "consent": "the profile does not agree to this channel",
        "contact_unknown": "there was no profile of the contact, and none came while one was waited for",
        "held_out": "the contact is in the control group, who are counted and never messaged",
        "muted": "the contact has muted everything",
        "not_celebrated": "the milestone was recorded, not to be celebrated",
        "over_cap": "the contact had as many messages as the cap allows",
        "reached": "it says how near the milestone is, and the contact has reached it meanwhile",
        "retired": "the milestone was retired, or left the file, meanwhile",
        "stale": "it could not go out while it was fresh",
        "suppressed": "the contact has unsubscribed or complained, or every address of this channel is dead",
        "too_many": "more waited for the contact at once than the planner keeps",
        "unreachable": "the profile has no address for this channel",
    }
)

OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        "sent": "the provider took it",
        "deferred": "the provider could not take it yet",
        "rejected": "the provider refuses this message for good",
        "gone": "the address is no more, and nothing is sent there unless it leaves the profile and comes again",
        "unknown": "nobody knows whether the provider took it, and it is not sent twice",
        "expired": "the planner gave it up",
        "dead_lettered": "it could not be sent by a fault of ours; it is in the dead-letter topic of its channel",
        "suppressed": "the contact said no, or the address died, after the release and before it was sent: nothing was",
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

GIVEN_UP: Mapping[str, str] = MappingProxyType(
    {
        "tried_out": "it was tried as long as planner.give_up allows",
        "no_receipt": "no dispatcher told of it as long as planner.give_up allows",
        "too_many": "more deliveries of the contact were out at once than the planner keeps",
    }
)
"""Why the planner gives a delivery up, where it is no reason of a decision (`stream.core.celebration.again`)."""

_NO_OPENING = "the send window and the quiet hours leave no time at all"


def why_not(because: No, detail: str | None) -> str:
    """Return the sentence of a no; a detail that is known adds its own, any other stands as it is."""
    sentence = WHY_NOT[because]
    if detail is None:
        return sentence
    within = {str(reason): said for reason, said in WHY_NOT_CELEBRATED.items()} | {"no_opening": _NO_OPENING}
    return f"{sentence}: {within.get(detail, detail)}"


def outcome_of(outcome: Outcome, detail: str | None) -> str:
    """Return the sentence of an outcome; the reason of an expired one is one of a decision, or `GIVEN_UP`."""
    sentence = OUTCOMES[outcome]
    if detail is None:
        return sentence
    reasons = {str(reason): said for reason, said in WHY_NOT.items()} | dict(GIVEN_UP)
    return f"{sentence}: {reasons.get(detail, detail) if outcome == 'expired' else detail}"
