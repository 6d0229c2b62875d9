"""Renders deliveries by the templates."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

from jinja2 import TemplateError

from channels.portal.seal import ContentError
from channels.portal.tokens import Share
from channels.render.addresses import within_push
from channels.render.bounds import BODY, TITLE
from channels.render.build import build, crossing_uuid, plain_value, subject_of, unit_to_share, with_share
from channels.render.clean import one_line
from channels.render.content import EmailContent, PushContent
from channels.render.cut import cut_line
from channels.render.day import day_in, zone_of
from channels.render.error import RenderError
from channels.render.lines import lines
from channels.render.places import Places
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
from templates.library import Library

_HEADLINE, _LEAD, _SUBJECT, _SHARE = 200, 500, 150, 200
"""Characters; the checks of templates ask for less. 200 is what a link to share holds."""
_TAG = 32


class TemplateRenderer:
    """The body of `content.Renderer`: pure but for the templates that it was given."""

    def __init__(self, library: Library, places: Places) -> None:
        self._library = library
        self._places = places

    def email(self, delivery: Delivery) -> EmailContent:
        """Render an email.

        Raises:
            RenderError: the delivery holds what no template can say.
        """
        words = _Words(self._library, self._places, delivery)
        return EmailContent(
            subject=words.line(SUBJECT, _SUBJECT),
            html=words.fill(EMAIL_HTML),
            text=lines(words.fill(EMAIL_TEXT)),
            unsubscribe_url=words.context.unsubscribe,
            language=words.context.language,
        )

    def push(self, delivery: Delivery) -> PushContent:
        """Render a notification.

        Raises:
            RenderError: likewise.
        """
        words = _Words(self._library, self._places, delivery)
        context, pictures = words.context, words.context.pictures
        celebrates = delivery.message.crossing is not None
        return PushContent(
            title=words.line(PUSH_TITLE, TITLE),
            body=words.line(PUSH_BODY, BODY),
            url=within_push(context.call_to_action.url, context.product.url),
            tag=tag(delivery.decision_id),
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

    def __init__(self, library: Library, places: Places, delivery: Delivery) -> None:
        message = delivery.message
        subject = subject_of(message)
        language = library.languages.pick(message.locale)
        bare = build(delivery, places, language)
        self._library = library
        self._folders = chain(subject.kind, bare.milestone.tier, message.template)
        share = None
        if isinstance(subject, MilestoneCrossed):
            headline = self._one_line(SHARE, _SHARE, bare.public_values())
            share = _share_link(places, subject, bare, headline, message.time_zone)
        self.context = with_share(bare, message, share, places, language)
        self._values = self.context.values()
        self._values["headline"] = self.line(HEADLINE, _HEADLINE)
        self._values["lead"] = self.line(LEAD, _LEAD)

    def fill(self, file: str) -> str:
        """Fill one file."""
        return self._rendered(file, self._values)

    def line(self, file: str, longest: int) -> str:
        """Fill one file that gives a line."""
        return self._one_line(file, longest, self._values)

    def _one_line(self, file: str, longest: int, values: dict[str, object]) -> str:
        text = cut_line(one_line(self._rendered(file, values)), longest)
        if not text:
            raise RenderError(f"{file} says nothing about this milestone")
        return text

    def _rendered(self, file: str, values: dict[str, object]) -> str:
        try:
            return self._library.render(file, self._folders, values)
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            # The error's own text may hold a name.
            raise RenderError(f"{file} of {self._folders[0]} failed: {type(error).__name__}") from None


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
