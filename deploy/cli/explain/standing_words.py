"""What the planner would say of each channel now: consent, and where messages go, masked. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.cli.explain.masked import masked
from deploy.cli.explain.reasons import WHY_NOT
from schemas.channel import CHANNELS, Channel
from schemas.contact import Contact
from schemas.decision import No
from stream.core.celebration.reach import reach
from stream.core.celebration.standing import Standing


@dataclass(frozen=True, slots=True)
class Reachable:
    """One channel: what the profile agrees to (an app's token is its own consent), and where it reaches, or why not."""

    channel: Channel
    consent: bool
    targets: tuple[str, ...]
    because: No | None

    @property
    def why_not(self) -> str:
        """The sentence of `because`; empty where messages reach."""
        return "" if self.because is None else WHY_NOT[self.because]


def reachable(profile: Contact, standing: Standing) -> list[Reachable]:
    """Return every channel."""
    consents = {
        "email": profile.consent_email,
        "web_push": profile.web_push_subscription,
        "mobile_push": bool(profile.fcm_keys),
    }
    found = []
    for channel in CHANNELS:
        now = reach(profile, standing, channel)
        found.append(Reachable(channel, consents[channel], tuple(map(masked, now.targets)), now.because))
    return found
