"""What a profile and a standing allow on each channel: the availability check before every message."""

from __future__ import annotations

from typing import NamedTuple

from schemas.channel import Channel
from schemas.contact import Contact
from schemas.decision import No
from schemas.delivery import EmailTo, MobilePushTo, Target, WebPushTo, digest_of
from stream.core.celebration.standing import Standing


class Reach(NamedTuple):
    """Where a channel reaches a contact, or why it does not: one of the two is there."""

    targets: tuple[Target, ...] = ()
    because: No | None = None


def reach(contact: Contact, standing: Standing, channel: Channel) -> Reach:
    """Return where messages on a channel go now.

    Email needs `consent_email`, web push `web_push_subscription`; a token of the app is its own consent. Of several
    reasons against it the contact's own word comes first, then the consent, then the address.
    """
    consented_ms = contact.consent_email_ms if channel == "email" else None
    if standing.is_muted and not (channel == "email" and (consented_ms or 0) > standing.muted_ms):
        return Reach(because="muted")
    if standing.is_suppressed(channel, consented_ms):
        return Reach(because="suppressed")
    if not _consents(contact, channel):
        return Reach(because="consent")
    targets = _targets(contact, standing, channel)
    alive = tuple(target for digest, (target, since_ms) in targets.items() if not standing.is_dead(digest, since_ms))
    if alive:
        return Reach(alive)
    return Reach(because="suppressed" if targets else "unreachable")


def _consents(contact: Contact, channel: Channel) -> bool:
    if channel == "email":
        return contact.consent_email
    return channel != "web_push" or contact.web_push_subscription


def _targets(contact: Contact, standing: Standing, channel: Channel) -> dict[str, tuple[Target, int]]:
    """Return each target by its digest, with when (epoch ms) it was made, 0 where nobody says so."""
    found: list[tuple[Target, int]]
    if channel == "email":
        found = [(EmailTo(address=contact.email), contact.consent_email_ms or 0)] if contact.email else []
    elif channel == "mobile_push":
        found = [(MobilePushTo(token=token), 0) for token in contact.fcm_keys]
    else:
        found = [(WebPushTo(target=browser), 0) for browser in contact.web_push_targets]
        found += [(WebPushTo(target=browser), at_ms) for at_ms, browser in standing.targets.values()]
    return {digest_of(target): (target, since_ms) for target, since_ms in found}
