"""What a profile and a standing allow on each channel: the availability check before every message."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from schemas.channel import CHANNELS, Channel
from schemas.contact import Contact
from schemas.decision import No
from schemas.delivery import EmailTo, MobilePushTo, Target, WebPushTo, digest_of
from stream.core.celebration.standing import Standing


class Reach(msgspec.Struct, frozen=True, gc=False):
    """Where a channel reaches a contact, or why it does not: one of the two is there."""

    targets: tuple[Target, ...] = ()
    because: No | None = None


_NOWHERE = Reach(because="unreachable")
_MUTED = Reach(because="muted")
_SUPPRESSED = Reach(because="suppressed")
_NO_CONSENT = Reach(because="consent")


def reach(contact: Contact, standing: Standing, channel: Channel) -> Reach:
    """Return where messages on a channel go now.

    Email needs `consent_email`, web push `web_push_subscription`; a token of the app is its own consent. Of several
    reasons against it the contact's own word comes first, then the consent, then the address.
    """
    if standing.muted_ms and standing.is_muted and not _consented_since(contact, channel, standing.muted_ms):
        return _MUTED
    if standing.closed and is_closed(contact, standing, channel):
        return _SUPPRESSED
    if not _consents(contact, channel):
        return _NO_CONSENT
    places = _places(contact, standing, channel)
    if not places:
        return _NOWHERE
    if len(places) == 1 and not standing.dead:
        return Reach((places[0][0],))  # where nothing was ever found dead nobody asks the digest
    targets = _by_digest(places).items()
    alive = tuple(target for digest, (target, since_ms) in targets if not standing.is_dead(digest, since_ms))
    return Reach(alive) if alive else _SUPPRESSED


def is_closed(contact: Contact, standing: Standing, channel: Channel) -> bool:
    """Whether a channel is closed by a word of the contact, for whichever place."""
    return standing.is_suppressed(channel, contact.consent_email_ms if channel == "email" else None)


def places_of(contact: Contact) -> frozenset[str]:
    """Return the digests of all places that a profile names, whatever it agrees to."""
    nobody = Standing()
    return frozenset(digest for channel in CHANNELS for digest in _by_digest(_places(contact, nobody, channel)))


def _consented_since(contact: Contact, channel: Channel, at_ms: int) -> bool:
    return channel == "email" and (contact.consent_email_ms or 0) > at_ms


def _consents(contact: Contact, channel: Channel) -> bool:
    if channel == "email":
        return contact.consent_email
    return channel != "web_push" or contact.web_push_subscription


_Place = tuple[Target, int]
"""A target, and when (epoch ms) it was made, 0 where nobody says so."""


def _places(contact: Contact, standing: Standing, channel: Channel) -> list[_Place]:
    if channel == "email":
        since_ms = contact.consent_email_ms or 0 if standing.dead else 0  # nobody asks but for a dead one
        return [(EmailTo(address=contact.email), since_ms)] if contact.email else []
    if channel == "mobile_push":
        return [(MobilePushTo(token=token), 0) for token in contact.fcm_keys]
    found: list[_Place] = [(WebPushTo(target=browser), 0) for browser in contact.web_push_targets]
    if standing.targets:
        found += [(WebPushTo(target=browser), at_ms) for at_ms, browser in standing.targets.values()]
    return found


def _by_digest(places: Iterable[_Place]) -> dict[str, _Place]:
    """Return each place once: what is named twice counts as it was named last."""
    return {digest_of(target): (target, since_ms) for target, since_ms in places}
