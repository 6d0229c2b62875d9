"""What a profile and a standing allow on each channel: the availability check before every message."""

from __future__ import annotations

from typing import NamedTuple

from schemas.channel import Channel
from schemas.contact import Contact, WebPushTarget
from schemas.decision import No
from schemas.target_digest import address_digest, target_digest
from stream.core.celebration.standing import Standing

Target = str | WebPushTarget
"""An email address, an FCM token, or a browser."""


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
    alive = tuple(target for target, digest, since_ms in targets if not standing.is_dead(digest, since_ms))
    if alive:
        return Reach(alive)
    return Reach(because="suppressed" if targets else "unreachable")


def _consents(contact: Contact, channel: Channel) -> bool:
    if channel == "email":
        return contact.consent_email
    return channel != "web_push" or contact.web_push_subscription


def _targets(contact: Contact, standing: Standing, channel: Channel) -> list[tuple[Target, str, int]]:
    """Return each target with its digest and when (epoch ms) it was made, 0 where nobody says so."""
    if channel == "email":
        consented_ms = contact.consent_email_ms or 0
        return [(contact.email, address_digest(contact.email), consented_ms)] if contact.email else []
    if channel == "mobile_push":
        return [(token, target_digest(token), 0) for token in dict.fromkeys(contact.fcm_keys)]
    browsers: dict[str, tuple[Target, str, int]] = {}
    for browser in contact.web_push_targets:
        digest = target_digest(browser.endpoint)
        browsers[digest] = (browser, digest, 0)
    for digest, (at_ms, browser) in standing.targets.items():
        browsers[digest] = (browser, digest, at_ms)
    return [*browsers.values()]
