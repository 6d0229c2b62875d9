"""What the planner would say of each channel now: consent, and where messages go, masked. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.cli.explain.masked import masked
from deploy.cli.explain.reasons import WHY_NOT
from schemas.channel import CHANNELS, Channel
from schemas.contact import Contact
from schemas.decision import No
from stream.core.celebration.reach import is_closed, reach
from stream.core.celebration.standing import Standing


@dataclass(frozen=True, slots=True)
class Reachable:
    """One channel: what the profile agrees to (an app's token is its own consent), and where it reaches, or why not."""

    channel: Channel
    consent: bool
    targets: tuple[str, ...]
    because: No | None
    dead: tuple[str, ...] = ()
    """Where nothing is sent any more: places of the profile that were found dead."""

    @property
    def why_not(self) -> str:
        """The sentence of `because`; empty where messages reach. Of a suppression which of the two it is."""
        if self.because is None:
            return ""
        if self.because != "suppressed":
            return WHY_NOT[self.because]
        if self.dead:
            return f"found dead: {', '.join(self.dead)}; another one in a newer profile is written to"
        return "the contact has unsubscribed or complained, or a bounce that names no address closed it"


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
        dead: tuple[str, ...] = ()
        if now.because == "suppressed" and not is_closed(profile, standing, channel):
            dead = tuple(masked(each) for each in reach(profile, Standing(), channel).targets)
        found.append(Reachable(channel, consents[channel], tuple(map(masked, now.targets)), now.because, dead))
    return found
