"""Renders deliveries by the templates."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from jinja2 import TemplateError

from channels.portal.seal import ContentError
from channels.portal.tokens import Share
from channels.render.addresses import within_push
from channels.render.asking import ask_of
from channels.render.bounds import BODY, TITLE
from channels.render.build import build, crossing_uuid, plain_value, subject_of, unit_to_share
from channels.render.content import EmailContent, PushContent
from channels.render.cut import cut_line
from channels.render.day import day_in, zone_of
from channels.render.error import RenderError
from channels.render.lines import lines
from channels.render.occasion import Occasion, Occasions
from channels.render.places import Places
from schemas.clean import one_line
from schemas.delivery import Delivery
from schemas.milestone_crossed import MilestoneCrossed
from templates.chain import (
    EMAIL_HTML,
    EMAIL_TEXT,
    HEADLINE,
    LEAD,
    PUSH_BODY,
    PUSH_TITLE,
    SHARE,
    SUBJECT,
    chain,
)
from templates.context import Context, Url
from templates.filled import Filled, Kept
from templates.languages.language import Language, UntranslatedError
from templates.library import Library

_HEADLINE, _LEAD, _SUBJECT, _SHARE = 200, 500, 150, 200
"""Characters; the checks of templates ask for less. 200 is what a link to share holds."""
_LINES = {"headline": HEADLINE, "lead": LEAD}
"""The names of lines that other files may say."""
_TAG = 32
_FAULTS = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError)
"""What a template raises that a delivery does not suit."""
Content = TypeVar("Content", EmailContent, PushContent)


class TemplateRenderer:
    """The body of `content.Renderer`: pure but for the templates that it was given."""

    def __init__(
        self, library: Library, places: Places, untranslated: Callable[[str, str], None] = lambda name, what: None
    ) -> None:
        """Take what is told when a message is in the default language: the contact's, and the text that it lacks."""
        self._library = library
        self._places = places
        self._occasions = Occasions(places)
        self._untranslated = untranslated

    def email(self, delivery: Delivery) -> EmailContent:
        """Render an email.

        Raises:
            RenderError: the delivery holds what no template can say.
        """
        return self._in_one_language(delivery, self._email)

    def push(self, delivery: Delivery) -> PushContent:
        """Render a notification.

        Raises:
            RenderError: likewise.
        """
        return self._in_one_language(delivery, self._push)

    def _in_one_language(self, delivery: Delivery, made: Callable[[_Words], Content]) -> Content:
        """In the contact's language; in the default one where a text is missing and a message is not to be in two."""
        languages, locale = self._library.languages, delivery.message.locale
        language = languages.pick(locale)
        try:
            return made(self._words(delivery, language))
        except UntranslatedError as error:
            self._untranslated(language.name, error.what)
        return made(self._words(delivery, languages.default))

    def _words(self, delivery: Delivery, language: Language) -> _Words:
        message = delivery.message
        occasion = self._occasions.of(message, subject_of(message), language)
        return _Words(self._library, self._places, delivery, occasion, language)

    def _email(self, words: _Words) -> EmailContent:
        return EmailContent(
            subject=words.line(SUBJECT, _SUBJECT),
            page=words.page(EMAIL_HTML),
            text=lines(words.fill(EMAIL_TEXT)),
            unsubscribe_url=words.context.unsubscribe,
            language=words.context.language,
        )

    def _push(self, words: _Words) -> PushContent:
        context, pictures = words.context, words.context.pictures
        celebrates = words.delivery.message.crossing is not None
        return PushContent(
            title=words.line(PUSH_TITLE, TITLE),
            body=words.line(PUSH_BODY, BODY),
            url=within_push(context.call_to_action.url, context.product.url),
            tag=tag(words.delivery.decision_id),
            icon_url=pictures.still,
            badge_url=self._places.badge,
            image_url=pictures.animated if celebrates else None,
            language=context.language,
        )


def tag(decision_id: str) -> str:
    """Return the tag of a notification: the same for each repeat and each attempt of a decision.

    32 characters of base64url are 192 bits of SHA-256.
    """
    return urlsafe_b64encode(sha256(decision_id.encode()).digest()).decode("ascii")[:_TAG]


class _Words:
    """The files of one message, each filled when it is asked for."""

    def __init__(
        self, library: Library, places: Places, delivery: Delivery, occasion: Occasion, language: Language
    ) -> None:
        message, self.delivery = delivery.message, delivery
        subject = subject_of(message)
        bare = build(delivery, occasion, places, language)
        self._library, self._occasion = library, occasion
        self._folders = chain(subject.kind, bare.milestone.tier, message.template)
        share = None
        if isinstance(subject, MilestoneCrossed):
            headline = self._one_line(SHARE, _SHARE, lambda: library.names(bare.public_values()))
            share = _share_link(places, subject, bare, headline, message.time_zone)
        self.context = bare
        self._values = library.names(bare.values())
        product = bare.product
        self._values["share"] = share
        self._values["ask"] = ask_of(message.ask, product.name, product.url, share, places.reply_to, language)
        self._values["headline"] = self.line(HEADLINE, _HEADLINE)
        self._values["lead"] = self.line(LEAD, _LEAD)

    def fill(self, file: str) -> str:
        """Fill one file."""
        return self.page(file).text

    def page(self, file: str) -> Filled:
        """Fill one file, and tell its pieces apart."""
        try:
            return self._library.fill(file, self._folders, self._values, self._kept())
        except _FAULTS as error:
            raise self._failure(file, error) from None

    def _kept(self) -> Kept:
        """What is kept with the occasion, once the lines are there: one that is alike is decided by it too."""
        occasion = self._occasion
        lines = [name for name, file in _LINES.items() if file in occasion.lines]
        return Kept(occasion.alike.union(lines), occasion.fragments)

    def line(self, file: str, longest: int) -> str:
        """Fill one file that gives a line."""
        return self._one_line(file, longest, self._own_values)

    def _own_values(self) -> dict[str, object]:
        return self._values

    def _one_line(self, file: str, longest: int, values: Callable[[], dict[str, object]]) -> str:
        """A line is kept with the occasion if its file asks for nothing else; `values` are all that it may ask for."""
        known = self._occasion.lines.get(file)
        if known is not None:
            return known
        names = values()
        text = cut_line(one_line(self._rendered(file, names)), longest)
        if not text:
            raise RenderError(f"{file} says nothing about this milestone")
        if self._is_alike(file, names):
            self._occasion.lines[file] = text
        return text

    def _is_alike(self, file: str, names: dict[str, object]) -> bool:
        asked = self._library.asked(file, self._folders, str(names["language"]))
        return asked is not None and all(each in self._occasion.alike or self._is_alike_line(each) for each in asked)

    def _is_alike_line(self, name: str) -> bool:
        return _LINES.get(name) in self._occasion.lines

    def _rendered(self, file: str, values: dict[str, object]) -> str:
        try:
            return self._library.fill(file, self._folders, values).text
        except _FAULTS as error:
            raise self._failure(file, error) from None

    def _failure(self, file: str, error: Exception) -> RenderError:
        # The error's own text may hold a name.
        return RenderError(f"{file} of {self._folders[0]} failed: {type(error).__name__}")


def _share_link(places: Places, crossing: MilestoneCrossed, context: Context, headline: str, zone: str) -> Url:
    share = Share(
        crossing_id=crossing_uuid(crossing),
        milestone=crossing.milestone,
        value=plain_value(crossing),
        unit=unit_to_share(crossing, context),
        on=day_in(crossing.occurred_at, zone_of(zone)),
        headline=headline,
        locale=context.language,
    )
    try:
        return Url(places.links.share(share))
    except ContentError:
        raise RenderError("no link to share can be made of this crossing") from None
