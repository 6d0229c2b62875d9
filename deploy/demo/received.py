"""A message as it arrived at a local counterpart."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.channel import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One message. `place` is the mailbox, endpoint or token that it was for, `repeat` the id under which a second one
    would replace it there. Of an email `html` is there, `title` its subject and `body` its text; `url` is where a
    click on a notification leads.
    """

    channel: Channel
    contact: str
    place: str
    repeat: str
    title: str
    body: str
    html: str | None = None
    url: str | None = None
