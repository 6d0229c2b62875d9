"""Would this message go out? What the planner would say of the contact, channel by channel. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.preview.performance import Performance
from schemas.channel import CHANNELS, Channel
from stream.core.celebration.reach import reach
from stream.core.celebration.standing import Standing

_NAMES: dict[Channel, str] = {"email": "Email", "web_push": "Web push", "mobile_push": "Phone"}
_NO = {
    "consent": "no consent in the profile (consent_email, web_push_subscription)",
    "unreachable": "no address for it in the profile",
}


@dataclass(frozen=True, slots=True)
class Reaching:
    """One channel: whether it would be sent, and why not."""

    name: str
    goes: bool
    why: str


def reaching(performance: Performance) -> list[Reaching]:
    """Return each channel; hours, cap and staleness depend on the day, so they are not asked."""
    manner, contact = performance.manner, performance.contact
    against = _against_all(performance)
    found = []
    for channel in CHANNELS:
        because = reach(contact, Standing(), channel).because
        if against:
            why = against
        elif channel not in manner.channels:
            why = f"not a channel of this {performance.milestone.entry.tier} milestone"
        else:
            why = _NO.get(because or "", because or "")
        found.append(Reaching(_NAMES[channel], not why, why))
    return found


def held_out(performance: Performance) -> str:
    """Return the share of contacts who get nothing, such as `5%`; empty where everybody does."""
    entry = performance.milestone.entry
    share = performance.scene.document.holdout if entry.holdout is None else entry.holdout
    return str(share) if share.basis_points else ""


def _against_all(performance: Performance) -> str:
    entry = performance.milestone.entry
    if entry.status != "active":
        return f"the milestone is {'a draft' if entry.status == 'draft' else entry.status}"
    if not performance.manner.audience.holds(performance.contact.attributes, performance.numbers):
        return "the contact is not in its audience"
    return ""
