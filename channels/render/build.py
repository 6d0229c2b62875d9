"""From a delivery to what its templates may say. Pure."""

from __future__ import annotations

from uuid import UUID

from channels.portal.seal import ContentError
from channels.portal.tokens import Unsubscribe
from channels.render.bounds import NAME
from channels.render.calendar import calendar_of
from channels.render.cut import cut
from channels.render.day import day_in, zone_of
from channels.render.error import RenderError
from channels.render.figure import exact
from channels.render.occasion import Occasion
from channels.render.person import person
from channels.render.places import Places
from channels.render.titles import SHOWN, past
from schemas.clean import clean
from schemas.delivery import Delivery, Message, channel_of
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge
from templates.context import Context, Reward, Url
from templates.languages.language import Language
from templates.languages.money import currencies


def subject_of(message: Message) -> MilestoneCrossed | MilestoneNudge:
    """Return what a message is about.

    Raises:
        RenderError: it holds neither or both.
    """
    match message.crossing, message.nudge:
        case MilestoneCrossed() as crossing, None:
            return crossing
        case None, MilestoneNudge() as nudge:
            return nudge
    raise RenderError("the message has not exactly one of crossing and nudge")


def crossing_uuid(subject: MilestoneCrossed | MilestoneNudge) -> UUID:
    """Return the id that links carry.

    Raises:
        RenderError: it is no UUID.
    """
    try:
        return UUID(subject.id)
    except ValueError:
        raise RenderError("the id of the crossing is no UUID") from None


def build(delivery: Delivery, occasion: Occasion, places: Places, language: Language) -> Context:
    """Return the context of a delivery's templates, in a language; `occasion` is its own.

    `share` and `ask` are not there yet: the text of the one is rendered from this, and the other may lead there.

    Raises:
        RenderError: the delivery holds what no template can say.
        UntranslatedError: something that it says is missing in the language, and a message is to be in one.
    """
    message = delivery.message
    subject = subject_of(message)
    crossing = message.crossing
    zone = zone_of(message.time_zone)
    return Context(
        language=language.tag,
        direction=language.direction,
        product=occasion.product,
        contact=person(message.name, language),
        milestone=occasion.milestone,
        value=occasion.value,
        threshold=occasion.threshold,
        passed=occasion.passed,
        next=occasion.next,
        reached_on=language.date(day_in(subject.occurred_at, zone)),
        days_since_signup=crossing.days_since_signup if crossing else None,
        means=occasion.means,
        call_to_action=occasion.call_to_action,
        ask=None,
        resources=occasion.resources,
        reward=_reward(message, crossing, language),
        history=tuple([past(each, message, zone, language) for each in message.history[-SHOWN:]]),
        also=tuple([past(each, message, zone, language) for each in message.also]),
        calendar=calendar_of(crossing, zone, language) if crossing else None,
        share=None,
        unsubscribe=_unsubscribe(delivery, subject, places, language),
        pictures=occasion.pictures,
        postal_address=places.postal_address,
    )


def plain_value(subject: MilestoneCrossed) -> str:
    """Return the number that the page to share shows."""
    return exact(subject.value)


def unit_to_share(crossing: MilestoneCrossed, context: Context) -> str | None:
    """Return what that number is in: a currency by its code, for the page writes plain numbers."""
    return crossing.unit if crossing.unit in currencies() else context.value.label or None


def _reward(message: Message, crossing: MilestoneCrossed | None, language: Language) -> Reward | None:
    if crossing is None or not crossing.reward or not message.reward_code:
        return None
    name = language.reward(crossing.reward) or crossing.reward.replace("_", " ").replace("-", " ")
    return Reward(name=cut(clean(name), NAME), code=cut(clean(message.reward_code), NAME))


def _unsubscribe(
    delivery: Delivery, subject: MilestoneCrossed | MilestoneNudge, places: Places, language: Language
) -> Url:
    wish = Unsubscribe(
        contact_id=delivery.contact_id,
        channel=channel_of(delivery),
        crossing_id=crossing_uuid(subject),
        locale=language.tag,
    )
    try:
        return Url(places.links.unsubscribe(wish))
    except ContentError:
        raise RenderError("no link to unsubscribe can be made of the contact's id") from None
