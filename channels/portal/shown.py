"""What the pictures of a link show, in its language."""

from __future__ import annotations

from channels.artwork.badge import Badge
from channels.artwork.card import Card
from channels.artwork.height import stones_for
from channels.portal.direction import direction_of
from channels.portal.texts import Texts
from channels.portal.tokens import BadgeToken, Share
from templates.languages.isolation import END, ISOLATE


def card_of(share: Share, product: str, texts: Texts) -> Card:
    """Return what the stat card of a milestone shows; `texts` are those of the link's language."""
    direction = direction_of(share.locale)
    number, label = texts.amount(share.value, share.unit)
    return Card(
        number=number,
        label=label,
        headline=share.headline,
        product=_apart(product, direction),
        date=_apart(texts.date(share.on), direction),
        language=share.locale,
        direction=direction,
        stones=stones_for(share.value),
    )


def badge_of(token: BadgeToken) -> Badge:
    """Return what a badge shows."""
    return Badge(
        number=token.number,
        label=token.label,
        language=token.locale,
        direction=direction_of(token.locale),
        tier=token.tier,
        stones=token.stones,
    )


def _apart(text: str, direction: str) -> str:
    """A text that may be in another language than its surroundings, put in order by itself (UAX 9, isolates)."""
    return ISOLATE + text + END if direction == "rtl" else text
