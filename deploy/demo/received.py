"""A message as it arrived at a local counterpart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.channel import Channel

_SHARE = re.compile(r"https?://[^\s\"<>]+/m/[^\s\"<>]+")
"""The page to share, as the portal addresses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One message. `place` is the mailbox, endpoint or token that it was for, `repeat` the id under which a second one
    would replace it there. Of an email `html` is there, `title` its subject and `body` its text; `url` is where a
    click on a notification leads, `icon` its picture. `language` is what the message itself says of it; what a phone
    gets says nothing.
    """

    channel: Channel
    contact: str
    place: str
    repeat: str
    title: str
    body: str
    html: str | None = None
    url: str | None = None
    language: str | None = None
    icon: str | None = None

    @property
    def share(self) -> str | None:
        """The page to share that an email links to."""
        found = _SHARE.search(self.body)
        return found[0] if found else None

    @property
    def card(self) -> str | None:
        """The picture that others see of that page."""
        return f"{self.share.replace('/m/', '/c/', 1)}.png" if self.share else None
