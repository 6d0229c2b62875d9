"""The addresses of a milestone's badge."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from channels.artwork.height import stones_for
from channels.portal.links import Links
from channels.portal.seal import ContentError
from channels.portal.tokens import BadgeToken
from channels.render.bounds import PICTURE_BYTES
from channels.render.cut import cut
from templates.context import Figure, Pictures, Url

_LABELS = (40, 24, 12, 0)
"""Characters of a label to try. A badge has room for about 36; in scripts of three bytes an address has for fewer."""
_KNOWN = 4096
"""Addresses kept, about 1 kB each: milestones x languages of a large installation. Sealing one takes some 30 us."""


_NO_NUMBER = 5
"""Stones of a milestone that is no number: a whole path."""


class Badges:
    """Makes them. The same number, label, language and tier have the same address, whoever reached the milestone."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._pictures = lru_cache(_KNOWN)(self._sealed)

    def of(self, figure: Figure | None, language: str, tier: Literal["major", "minor"]) -> Pictures:
        """Return the pictures of a milestone; without a figure they show the cairn alone."""
        if figure is None:
            return self._pictures("", "", language, tier, _NO_NUMBER)
        return self._pictures(figure.number, figure.label, language, tier, stones_for(figure.exact))

    def plain(self) -> Pictures:
        """Return those with the shortest address there is."""
        return self.of(None, "en", "major")

    def _sealed(self, number: str, label: str, language: str, tier: Literal["major", "minor"], stones: int) -> Pictures:
        """As much of the texts as an address of `PICTURE_BYTES` has room for."""
        for longest in _LABELS:
            words = cut(label, longest) if longest else ""
            token = BadgeToken(number=number, label=words, locale=language, tier=tier, stones=stones)
            try:
                address = self._links.badge(token)
            except ContentError:  # a number of more than 64 characters
                break
            if len(address.encode()) + len(".gif") <= PICTURE_BYTES:
                return _pictures(address)
        return _pictures(self._links.badge(BadgeToken(number="", label="", locale="en", tier=tier, stones=stones)))


def _pictures(address: str) -> Pictures:
    return Pictures(animated=Url(f"{address}.gif"), still=Url(f"{address}.png"))
