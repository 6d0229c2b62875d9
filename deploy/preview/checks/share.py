"""The page to share and its card. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from deploy.preview.checks.finding import Finding
from deploy.preview.still import size_of
from deploy.preview.unfurl import Unfurl

_CARD = (1200, 630)
_CARD_BYTES = 300 * 1024
"""Bytes above which WhatsApp shows no picture."""
_TITLE = 90


def share_findings(page: str, unfurl: Unfurl, image: bytes | None, name: str | None) -> Iterator[Finding]:
    """Yield what there is to say of the page.

    Args:
        page: its HTML.
        unfurl: what its tags say.
        image: the picture of the card; None where it is not the portal's own, and so was not fetched.
        name: the contact's, which must not stand there.
    """
    if name and len(name) > 1 and name in page:
        fix = "share.txt must not know the contact; look for the name in the milestones file"
        yield Finding("red", "share", "Nobody named", f"the page says “{name}”, and the whole world may read it", fix)
    else:
        yield Finding("green", "share", "Nobody named", "the page does not say whose milestone it is")
    if not unfurl.title or not unfurl.image:
        yield Finding("red", "card", "Card", "the page has no og:title or og:image", "say something in share.txt")
        return
    if len(unfurl.title) > _TITLE:
        fix = f"shorten share.txt to {_TITLE} characters"
        yield Finding("amber", "card", "Card", f"a title of {len(unfurl.title)} characters is cut", fix)
    if image is None:
        yield Finding("green", "card", "Picture", "the one that portal.image_url names")
        return
    size = size_of(image)
    says = f"{size[0]} x {size[1]}, {len(image) / 1024:,.0f} KB" if size else "it is no picture"
    if size != _CARD or len(image) > _CARD_BYTES:
        fix = f"{_CARD[0]} x {_CARD[1]} and at most 300 KB is what every network shows"
        yield Finding("amber" if size else "red", "card", "Picture", says, fix)
    else:
        yield Finding("green", "card", "Picture", says)
