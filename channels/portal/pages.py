"""Fills the pages: texts, links and numbers into HTML."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from channels.artwork.card import HEIGHT, LOOK, WIDTH
from channels.artwork.height import stones_for
from channels.portal.assets import Assets
from channels.portal.links import Links
from channels.portal.settings import PortalSettings
from channels.portal.texts import Texts
from channels.portal.tokens import BadgeToken, Share, Tokens, Unsubscribe
from templates.languages.languages import Languages


class Pages:
    """Renders each page as HTML text. Whatever comes from outside is escaped."""

    def __init__(self, settings: PortalSettings, tokens: Tokens, assets: Assets, languages: Languages) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, undefined=StrictUndefined
        )
        self._environment.globals |= {
            "asset": lambda file: f"{settings.path}/assets/{assets.named(file)}",
            "product": settings.product_name,
            "product_url": settings.product_url,
        }
        self._languages, self._product = languages, settings.product_name
        # As the world knows the portal, and as a page of its own does.
        self._links, self._here = Links(settings.public_url, tokens), Links(settings.path, tokens)
        self._image_url = settings.image_url
        # Sites keep the first picture of an address for ever: another look, or another name, has another one.
        self._version = sha256(f"{LOOK} {settings.product_name}".encode()).hexdigest()[:8]

    def share(self, share: Share, token: str) -> str:
        """The page to share."""
        texts = self.texts_for(share.locale)
        (number, unit), date = texts.amount(share.value, share.unit), texts.date(share.on)
        value = f"{number} {unit}" if unit else number
        return self._render(
            "share.html",
            texts=texts,
            share=share,
            number=number,
            unit=unit,
            reached=texts("share_reached", date=date),
            description=texts("share_description", value=value, product=self._product, date=date),
            url=self._links.share_of(token),
            # A preview is fetched by another site's machine: it needs the whole address.
            image_url=self._image_url or self._links.card_of(token, self._version),
            image_size=None if self._image_url else (WIDTH, HEIGHT),
            card=self._here.card_of(token, self._version),
            badge=self._here.badge(_badge(share)),
        )

    def unsubscribe(self, wish: Unsubscribe, *, failed: bool = False) -> str:
        """The page that asks; with `failed`, that it could not be done and may be tried again."""
        texts = self.texts_for(wish.locale)
        return self._render("unsubscribe.html", texts=texts, channel=wish.channel, failed=failed)

    def unsubscribed(self, wish: Unsubscribe) -> str:
        """The page that says it is done."""
        texts = self.texts_for(wish.locale)
        done = texts(f"{wish.channel}.done", product=self._product)
        return self._notice(texts, texts("done_title"), done, texts("done_note"))

    def notice(self, name: str, accepted: str) -> str:
        """A page of a heading and a text, the texts `NAME_title` and `NAME`.

        No token says whose it is, so it is in the language that the reader's program asks for (Accept-Language).
        """
        texts = Texts(self._languages.for_pages(self._languages.accepted(accepted)))
        return self._notice(texts, texts(f"{name}_title"), texts(name))

    def texts_for(self, locale: str) -> Texts:
        """Return the texts of the language that a link carries; the default language's where it is not spoken."""
        return Texts(self._languages.for_pages(self._languages.of(locale)))

    def _notice(self, texts: Texts, title: str, *paragraphs: str) -> str:
        return self._render("notice.html", texts=texts, title=title, paragraphs=paragraphs)

    def _render(self, template: str, **values: object) -> str:
        return self._environment.get_template(template).render(**values)


def _badge(share: Share) -> BadgeToken:
    """The one that plays on the page: without a text, for the page has it in large letters."""
    return BadgeToken(number="", label="", locale="en", tier="major", stones=stones_for(share.value))
