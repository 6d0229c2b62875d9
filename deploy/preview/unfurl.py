"""A link to the page to share, as chats and networks show it: by the page's own Open Graph tags. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.preview.inbox import cut_at
from deploy.preview.markup import Markup


@dataclass(frozen=True, slots=True)
class Unfurl:
    """What the tags say."""

    title: str
    description: str
    site: str
    image: str
    image_alt: str


@dataclass(frozen=True, slots=True)
class Card:
    """One place that unfurls links: characters of title and description that fit (0: not shown)."""

    id: str
    name: str
    title: int
    description: int


CARDS = (Card("slack", "Slack", 150, 300), Card("linkedin", "LinkedIn", 90, 0), Card("whatsapp", "WhatsApp", 65, 80))
"""Slack shows title and text in full up to a few hundred characters; LinkedIn shows two lines of title and no text;
WhatsApp two lines of title and one to two of text. They are what is seen today, promised by nobody."""


def unfurled(page: str) -> Unfurl:
    """Return what the tags of a page say (ogp.me); empty where a tag is not there."""
    meta = Markup(page).meta
    return Unfurl(
        title=meta.get("og:title", ""),
        description=meta.get("og:description", ""),
        site=meta.get("og:site_name", ""),
        image=meta.get("og:image", ""),
        image_alt=meta.get("og:image:alt", ""),
    )


def fitted(card: Card, unfurl: Unfurl) -> tuple[str, str]:
    """Return title and description as a place shows them."""
    description = cut_at(unfurl.description, card.description)[0] if card.description else ""
    return cut_at(unfurl.title, card.title)[0], description
