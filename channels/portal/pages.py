"""Fills the pages: texts, links and numbers into HTML."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from channels.portal.assets import Assets
from channels.portal.links import Links
from channels.portal.settings import PortalSettings
from channels.portal.texts import ENGLISH, texts_for
from channels.portal.tokens import Share
from schemas.channel import Channel


class Pages:
    """Renders each page as HTML text. Whatever comes from outside is escaped."""

    def __init__(self, settings: PortalSettings, links: Links, assets: Assets) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, undefined=StrictUndefined
        )
        self._environment.globals |= {
            "asset": lambda file: f"{settings.path}/assets/{assets.named(file)}",
            "product": settings.product_name,
            "product_url": settings.product_url,
        }
        self._links = links
        self._product = settings.product_name
        # A preview is fetched by another site's machine: it needs the whole address.
        own_image = f"{settings.public_url.rstrip('/')}/assets/{assets.named('card.png')}"
        self._image_url = settings.image_url or own_image

    def share(self, share: Share, token: str) -> str:
        """The page to share."""
        texts = texts_for(share.locale)
        number, date = texts.number(share.value), texts.date(share.on)
        value = f"{number} {share.unit}" if share.unit else number
        return self._render(
            "share.html",
            texts=texts,
            share=share,
            number=number,
            reached=texts.share_reached.format(date=date),
            description=texts.share_description.format(value=value, product=self._product, date=date),
            url=self._links.share_of(token),
            image_url=self._image_url,
        )

    def unsubscribe(self, channel: Channel, *, failed: bool = False) -> str:
        """The page that asks; with `failed`, that it could not be done and may be tried again."""
        return self._render("unsubscribe.html", texts=ENGLISH, channel=ENGLISH.channels[channel], failed=failed)

    def unsubscribed(self, channel: Channel) -> str:
        """The page that says it is done."""
        done = ENGLISH.channels[channel].done.format(product=self._product)
        return self.notice(ENGLISH.done_title, done, ENGLISH.done_note)

    def notice(self, title: str, *paragraphs: str) -> str:
        """A page of a heading and some text."""
        return self._render("notice.html", texts=ENGLISH, title=title, paragraphs=paragraphs)

    def _render(self, template: str, **values: object) -> str:
        return self._environment.get_template(template).render(**values)
