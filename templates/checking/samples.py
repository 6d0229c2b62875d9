"""Messages to try templates with: with everything, with nothing that may be missing, and of the worst kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from templates.chain import NUDGES
from templates.context import (
    Ask,
    Calendar,
    Context,
    Day,
    Figure,
    Link,
    Milestone,
    Next,
    Past,
    Person,
    Pictures,
    Product,
    Reward,
    Url,
)
from templates.languages.language import Language
from templates.languages.languages import ENGLISH, load

RAW = "x-raw"
"""The name of a tag that stands in the texts of the worst sample: in HTML it may only appear escaped."""
POSTAL = "Acme Ltd, 1 Sample Street"
ADDRESS = "https://sample.example/"
UNSUBSCRIBE = Url(f"{ADDRESS}unsubscribe")
_HOSTILE = f"<{RAW}>\"'&{{{{ 7 * 7 }}}} \N{GRINNING FACE} "


def samples(kind: str, tier: str, language: Language | None = None) -> list[Context]:
    """Return the samples of a kind, as templates name it, and a tier, in a language (English)."""
    language = language or _english()
    everything = full(kind, tier, language)
    bare = replace(
        everything,
        contact=Person(name=None, greeting=language.text("person.greeting_unnamed")),
        milestone=replace(everything.milestone, metric=None, one=None, many=None),
        value=replace(everything.value, label=""),
        passed=False,
        next=everything.next if kind in NUDGES else None,
        days_since_signup=None,
        means=None,
        ask=None,
        resources=(),
        reward=None,
        history=(),
        also=(),
        calendar=None,
        share=None,
    )
    return [everything, bare, _worst(everything, language)]


def full(kind: str, tier: str, language: Language | None = None) -> Context:
    """Return a message of an ordinary product that has all there can be, in a language (English)."""
    language = language or _english()
    is_nudge = kind in NUDGES

    def figure(value: int) -> Figure:
        number = language.number(str(value))
        return Figure(number=number, label="documents", phrase=f"{number} documents", exact=str(value))

    return Context(
        language=language.tag,
        direction=language.direction,
        product=Product(name="Acme Boards", url=Url(f"{ADDRESS}product")),
        contact=Person(name="Ada", greeting=language.text("person.greeting", name="Ada")),
        milestone=Milestone(
            id="documents-1000",
            title="Documents 1,000",
            kind=kind,
            tier=tier,
            occurrence=1,
            metric="documents",
            named=False,
            one="document",
            many="documents",
            unit=None,
        ),
        value=figure(990 if is_nudge else 1001),
        threshold=figure(1000),
        passed=not is_nudge,
        next=Next(
            threshold=figure(1000 if is_nudge else 5000),
            remaining=figure(10 if is_nudge else 3999),
            percent=99 if is_nudge else 20,
        ),
        reached_on=language.date(date(2026, 11, 20)),
        days_since_signup=412,
        means="That is about 80 hours of copying that you did not do.",
        call_to_action=Link(text="See your year", url=Url(f"{ADDRESS}action")),
        ask=None
        if is_nudge
        else Ask(
            kind="review",
            sentence="Would you tell others what you think of Acme Boards?",
            link=Link(text="Reply with a line or two", url=Url("mailto:hello@sample.example")),
        ),
        resources=(Link(text="How others automate", url=Url(f"{ADDRESS}resource")),),
        reward=None if is_nudge else Reward(name="free month", code="K7Q2M4XWPA"),
        history=(
            Past(title="Documents 100", on=language.date(date(2026, 3, 2))),
            Past(title="Documents 500", on=language.date(date(2026, 7, 9))),
        ),
        also=()
        if is_nudge
        else (
            Past(title="Ten teammates", on=language.date(date(2026, 11, 20))),
            Past(title="Week streak", on=language.date(date(2026, 11, 20))),
        ),
        calendar=_calendar(tier) if kind == "streak" else None,
        share=None if is_nudge else Url(f"{ADDRESS}share"),
        unsubscribe=UNSUBSCRIBE,
        pictures=Pictures(animated=Url(f"{ADDRESS}animated.gif"), still=Url(f"{ADDRESS}still.png")),
        postal_address=POSTAL,
    )


def addresses(context: Context) -> set[str]:
    """Return the links of a message: no other value may become one."""
    links = (context.call_to_action, *context.resources, *((context.ask.link,) if context.ask else ()))
    return {
        *(each.url for each in links),
        context.product.url,
        context.share or context.product.url,
        context.unsubscribe,
        context.pictures.animated,
        context.pictures.still,
    }


def _worst(context: Context, language: Language) -> Context:
    """The longest texts that a delivery can bring, each full of markup."""
    long = (_HOSTILE * 100)[:500]
    number = "1," * 20 + "000"
    worst = Figure(number=number, label=long[:64], phrase=f"{number} {long[:64]}", exact="1" * 23)
    link = Link(text=long, url=Url(ADDRESS + "a" * 1900))
    return replace(
        context,
        product=replace(context.product, name=long),
        contact=Person(name=long[:60], greeting=language.text("person.greeting", name=long[:60])),
        milestone=replace(
            context.milestone, title=long[:64], named=True, metric=long[:64], one=long[:64], many=long[:64]
        ),
        value=worst,
        threshold=worst,
        next=Next(threshold=worst, remaining=worst, percent=99) if context.next else None,
        means=long,
        call_to_action=link,
        ask=replace(context.ask, sentence=long, link=link) if context.ask else None,
        resources=(link,) * 3,
        reward=Reward(name=long[:64], code="W" * 64) if context.reward else None,
        history=(*(Past(title=long[:64], on="20 November 2026"),) * 4, Past(title=long[:64], on="")),
        also=(Past(title=long[:64], on="20 November 2026"),) * (20 if context.also else 0),
        calendar=_calendar(tier="major", weeks=5) if context.calendar else None,
        postal_address=f"{POSTAL} {_HOSTILE}",
    )


def _calendar(tier: str, weeks: int = 1) -> Calendar:
    """Of days for a major milestone, of weeks for a minor one: a template meets both."""
    by_day = tier == "major"
    row = tuple(Day(text=str(24 + each), kept=True, reached=each == 6) for each in range(7))
    return Calendar(
        unit="days" if by_day else "weeks",
        weekdays=tuple("MTWTFSS") if by_day else (),
        rows=(row,) * weeks if by_day else (row[-3:],),
        first="14 November 2026",
        last="20 November 2026",
        earlier=330 if weeks > 1 else 0,
    )


@cache
def _english() -> Language:
    return load((ENGLISH,), None).default
