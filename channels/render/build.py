"""From a delivery to what its templates may say. Pure."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from channels.portal.seal import ContentError
from channels.portal.tokens import Unsubscribe
from channels.render.addresses import product_address, whole
from channels.render.calendar import calendar_of
from channels.render.cut import cut
from channels.render.day import day_in, zone_of
from channels.render.error import RenderError
from channels.render.figure import exact, figure, forms_of, many_of, noun_of, one_of
from channels.render.meaning import meaning_of
from channels.render.person import person
from channels.render.places import Places
from channels.render.progress import ahead_of_crossing, ahead_of_nudge
from channels.render.titles import SHOWN, Rung, counts_of, past, title_of
from schemas.clean import clean
from schemas.delivery import Delivery, LinkTo, Message, channel_of
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge
from templates.chain import KINDS
from templates.context import Context, Link, Milestone, Product, Reward, Url
from templates.languages.language import Language
from templates.languages.money import currencies

_NAME, _TEXT = 100, 500
"""Characters of a product's name and of other texts: more only comes from who writes to the topic by hand."""


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


def build(delivery: Delivery, places: Places, language: Language) -> Context:
    """Return the context of a delivery's templates, in a language.

    `share` and `ask` are not there yet: the text of the one is rendered from this, and the other may lead there.

    Raises:
        RenderError: the delivery holds what no template can say.
        UntranslatedError: something that it says is missing in the language, and a message is to be in one.
    """
    message = delivery.message
    subject = subject_of(message)
    crossing = message.crossing
    zone = zone_of(message.time_zone)
    address = product_address(message.product_url)
    product = Product(name=_text(message.product, _NAME) or address, url=address)
    amounts = (subject.unit, subject.metric)
    forms = forms_of(message.units, subject.unit)
    kind = KINDS[subject.kind]
    tier: Literal["major", "minor"] = "major" if subject.tier == "major" else "minor"
    threshold = figure(subject.threshold, *amounts, kind=subject.kind, language=language, forms=forms)
    rung = Rung(subject.threshold, *amounts, subject.kind, forms)
    counts = counts_of(rung, subject.occurrence, subject.value, language)
    return Context(
        language=language.tag,
        direction=language.direction,
        product=product,
        contact=person(message.name, language),
        milestone=Milestone(
            id=subject.milestone,
            title=title_of(subject.milestone, rung, counts, message.titles, language),
            named=subject.milestone in message.titles
            and (language.is_default or language.milestones.title(subject.milestone, counts) is not None),
            kind=kind,
            tier=tier,
            occurrence=subject.occurrence,
            metric=(noun_of(subject.metric, language) or None) if subject.metric else None,
            one=one_of(*amounts, language, forms) or None,
            many=many_of(*amounts, language) or None,
            unit=subject.unit,
        ),
        value=figure(subject.value, *amounts, kind=subject.kind, language=language, forms=forms),
        threshold=threshold,
        passed=subject.value > subject.threshold,
        next=ahead_of_crossing(subject, language, forms)
        if isinstance(subject, MilestoneCrossed)
        else ahead_of_nudge(subject, language, forms),
        reached_on=language.date(day_in(subject.occurred_at, zone)),
        days_since_signup=crossing.days_since_signup if crossing else None,
        means=_text(meaning_of(message, subject, counts, language), _TEXT) or None,
        call_to_action=_action(message.call_to_action, product, subject.milestone, language),
        ask=None,
        resources=tuple(
            each for link in message.resources if (each := _link(link, address, subject.milestone, language))
        ),
        reward=_reward(message, crossing, language),
        history=tuple(past(each, message, zone, language) for each in message.history[-SHOWN:]),
        also=tuple(past(each, message, zone, language) for each in message.also),
        calendar=calendar_of(crossing, zone, language) if crossing else None,
        share=None,
        unsubscribe=_unsubscribe(delivery, subject, places, language),
        pictures=places.badges.of(None if kind == "composite" else threshold, language.tag, tier),
        postal_address=places.postal_address,
    )


def plain_value(subject: MilestoneCrossed) -> str:
    """Return the number that the page to share shows."""
    return exact(subject.value)


def unit_to_share(crossing: MilestoneCrossed, context: Context) -> str | None:
    """Return what that number is in: a currency by its code, for the page writes plain numbers."""
    return crossing.unit if crossing.unit in currencies() else context.value.label or None


def _text(text: str, longest: int) -> str:
    return cut(clean(text), longest)


def _link(link: LinkTo, product_url: Url, milestone: str, language: Language) -> Link | None:
    translated = None if language.is_default else language.milestones.link(milestone, link.text)
    if translated is None and not language.is_default:
        language.lacks(f"milestones.{milestone}.links.{link.text}")
    text = _text(translated or link.text, _TEXT)
    return Link(text=text, url=whole(link.url, product_url)) if text else None


def _action(link: LinkTo | None, product: Product, milestone: str, language: Language) -> Link:
    """There always is one thing to do; where the file names none, it is to go on with the product."""
    named = _link(link, product.url, milestone, language) if link else None
    return named or Link(text=language.text("action.open", product=product.name), url=product.url)


def _reward(message: Message, crossing: MilestoneCrossed | None, language: Language) -> Reward | None:
    if crossing is None or not crossing.reward or not message.reward_code:
        return None
    name = language.reward(crossing.reward) or crossing.reward.replace("_", " ").replace("-", " ")
    return Reward(name=_text(name, _NAME), code=_text(message.reward_code, _NAME))


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
