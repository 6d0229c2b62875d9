"""The places of an installation that every message points to."""

from __future__ import annotations

from dataclasses import dataclass

from channels.portal.links import Links
from channels.render.badges import Badges
from templates.context import Url


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What does not change from message to message.

    `badges` makes the pictures of a milestone, `badge` is the monochrome picture of notifications, `reply_to` the
    address that answers go to (may be empty).
    """

    links: Links
    badges: Badges
    badge: Url
    reply_to: str
    postal_address: str
