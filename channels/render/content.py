"""A rendered message, ready for its channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from schemas.delivery import Delivery
from templates.filled import Filled


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailContent:
    """An email; `page` is its HTML. `unsubscribe_url` is for List-Unsubscribe; the texts hold it too.

    `language` is a BCP 47 tag.
    """

    subject: str
    page: Filled
    text: str
    unsubscribe_url: str
    language: str

    @property
    def html(self) -> str:
        """The HTML as one text."""
        return self.page.text


@dataclass(frozen=True, slots=True, kw_only=True)
class PushContent:
    """A notification of a browser or a phone, within the bounds that `bounds.py` names.

    `url` is where a click leads. `tag` is the same in every attempt, so a repeat replaces what came before it: at most
    32 characters of the base64url alphabet, as Topic of RFC 8030 section 5.4 wants. `icon_url` is a picture of at least
    192 x 192, `badge_url` a monochrome one, `image_url` a large one.
    """

    title: str
    body: str
    url: str
    tag: str
    icon_url: str
    badge_url: str
    image_url: str | None = None
    language: str


class Renderer(Protocol):
    """Renders deliveries. What a delivery and the templates cannot give is found at load, not here."""

    def email(self, delivery: Delivery) -> EmailContent:
        """Render an email. Raises `RenderError` where the delivery holds what no template can say."""
        ...

    def push(self, delivery: Delivery) -> PushContent:
        """Render a notification. Raises `RenderError` likewise."""
        ...
