"""What a message says of its milestone, the same to everybody who reached it with the same number. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from channels.render.addresses import product_address, whole
from channels.render.bounds import MEANING, NAME
from channels.render.cut import cut
from channels.render.figure import exact, figure, forms_of, many_of, noun_of, one_of
from channels.render.meaning import meaning_of
from channels.render.places import Places
from channels.render.progress import ahead_of_crossing, ahead_of_nudge
from channels.render.titles import Rung, counts_of, title_of
from schemas.clean import clean
from schemas.delivery import LinkTo, Message
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge
from templates.alike import ALIKE
from templates.chain import KINDS
from templates.context import Figure, Link, Milestone, Next, Pictures, Product, Url
from templates.filled import Fragment
from templates.languages.language import Language

_KNOWN = 512
"""Occasions kept, some 50 kB each with the emails' fragments: milestones x languages x the numbers just beyond their
thresholds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The fields are as in `templates.context.Context`.

    `alike` are the names whose values are the same in all its messages; `lines` keeps what was rendered of them alone,
    by its file, and `fragments` what templates say of them alone (`templates.filled.Kept`).
    """

    product: Product
    milestone: Milestone
    value: Figure
    threshold: Figure
    passed: bool
    next: Next | None
    means: str | None
    call_to_action: Link
    resources: tuple[Link, ...]
    pictures: Pictures
    alike: frozenset[str]
    lines: dict[str, str] = field(default_factory=dict)
    fragments: dict[int, Fragment] = field(default_factory=dict)


class Occasions:
    """Makes occasions, and keeps the latest: a milestone is reached by many, and mostly with the same few numbers."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._known: dict[tuple[Language, bytes], Occasion] = {}

    def of(self, message: Message, subject: MilestoneCrossed | MilestoneNudge, language: Language) -> Occasion:
        """Return that of a message in a language.

        Raises:
            RenderError: the message holds what no template can say.
            UntranslatedError: something that it says is missing in the language, and a message is to be in one.
        """
        key = language, _key(message, subject)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            found = self._known[key] = _occasion(message, subject, self._places, language)
        return found


def _key(message: Message, subject: MilestoneCrossed | MilestoneNudge) -> bytes:
    """All that `_occasion` reads, and the folder of the lines. Numbers are their digits: 5 is not 5.00.

    Raises:
        RenderError: a number is too long.
    """
    ahead = subject.next if isinstance(subject, MilestoneCrossed) else subject
    return _pack(
        (
            (subject.milestone, subject.kind, subject.tier, str(subject.occurrence), subject.metric, subject.unit),
            (exact(subject.threshold), exact(subject.value)),
            (exact(ahead.threshold), exact(ahead.remaining)) if ahead else None,
            (message.product, message.product_url, message.template),
            (message.means, message.means_forms, message.titles.get(subject.milestone)),
            message.units.get(subject.unit) if subject.unit else None,
            (message.call_to_action, message.resources, bool(message.also)),
        )
    )


_pack: Callable[[object], bytes] = msgspec.msgpack.Encoder().encode


def _occasion(
    message: Message, subject: MilestoneCrossed | MilestoneNudge, places: Places, language: Language
) -> Occasion:
    address = product_address(message.product_url)
    product = Product(name=_text(message.product, NAME) or address, url=address)
    amounts = (subject.unit, subject.metric)
    forms = forms_of(message.units, subject.unit)
    kind = KINDS[subject.kind]
    tier: Literal["major", "minor"] = "major" if subject.tier == "major" else "minor"
    threshold = figure(subject.threshold, *amounts, kind=subject.kind, language=language, forms=forms)
    rung = Rung(subject.threshold, *amounts, subject.kind, forms)
    counts = counts_of(rung, subject.occurrence, subject.value, language)
    return Occasion(
        product=product,
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
        means=_text(meaning_of(message, subject, counts, language), MEANING) or None,
        call_to_action=_action(message.call_to_action, product, subject.milestone, language),
        resources=tuple(
            each for link in message.resources if (each := _link(link, address, subject.milestone, language))
        ),
        pictures=places.badges.of(None if kind == "composite" else threshold, language.tag, tier),
        alike=ALIKE if message.also else ALIKE | {"also"},
    )


def _text(text: str, longest: int) -> str:
    return cut(clean(text), longest)


def _link(link: LinkTo, product_url: Url, milestone: str, language: Language) -> Link | None:
    translated = None if language.is_default else language.milestones.link(milestone, link.text)
    if translated is None and not language.is_default:
        language.lacks(f"milestones.{milestone}.links.{link.text}")
    text = _text(translated or link.text, MEANING)
    return Link(text=text, url=whole(link.url, product_url)) if text else None


def _action(link: LinkTo | None, product: Product, milestone: str, language: Language) -> Link:
    """There always is one thing to do; where the file names none, it is to go on with the product."""
    named = _link(link, product.url, milestone, language) if link else None
    return named or Link(text=language.text("action.open", product=product.name), url=product.url)
