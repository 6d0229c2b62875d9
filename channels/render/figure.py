"""Numbers with their units, in wording that is right for any metric and any number."""

from __future__ import annotations

from decimal import Decimal

from channels.portal.texts import ENGLISH
from channels.render.clean import clean
from channels.render.currency import CODES, money
from channels.render.cut import cut
from channels.render.error import RenderError
from schemas.milestone_crossed import Number
from templates.context import Figure

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TIMES = ("second", "minute", "hour", "day", "week", "month", "year")
_UNIT = 64
"""Characters, as a link to share holds."""
_DIGITS = 40
"""Digits before and after the point that a link to share holds too."""


def exact(value: Number) -> str:
    """Return the plain digits of a number, `1000.50`.

    Raises:
        RenderError: it has more than 40 digits on a side of its point, or is none.
    """
    number = value if isinstance(value, Decimal) else Decimal(value)
    if not number.is_finite() or number.adjusted() >= _DIGITS or -int(number.as_tuple().exponent) > _DIGITS:
        raise RenderError(f"a number has more than {_DIGITS} digits on a side of its point")
    return f"{number:f}"


def noun_of(name: str) -> str:
    """Return the name of a metric in words: `team_size` is `team size`."""
    return cut(clean(name.replace("_", " ")), _UNIT)


def figure(value: Number, unit: str | None, metric: str | None, *, kind: str) -> Figure:
    """Return a number with its unit.

    Only a noun that is surely a plural follows a number (`1,001 documents`); for all others the wording holds whatever
    the noun is: `25 in team size`.

    Raises:
        RenderError: the number is too long.
    """
    digits = exact(value)
    number = ENGLISH.number(digits)
    noun = noun_of(metric) if metric else ""
    said = cut(clean(unit), _UNIT) if unit else ""
    if said in CODES:
        amount = money(number, said)
        return Figure(number=amount, label=noun, phrase=f"{amount} in {noun}" if noun else amount, exact=digits)
    if kind == "streak" or "streak" in noun.split():
        label = cut(f"{_counted(digits, said or period_of(noun))} in a row".strip(), _UNIT)
        return Figure(number=number, label=label, phrase=f"{number} {label}", exact=digits)
    if kind == "signed_up":
        label = _counted(digits, said)
        spoken = _WORDS[int(digits)] if digits.isdigit() and int(digits) < len(_WORDS) else number
        return Figure(number=number, label=label, phrase=f"{spoken} {label}".strip(), exact=digits)
    label = _counted(digits, said or noun)
    if not label:
        return Figure(number=number, label="", phrase=number, exact=digits)
    fits = bool(said) if Decimal(digits) != 1 else label != (said or noun)
    fits = fits or (Decimal(digits) != 1 and _is_plural(noun))
    return Figure(
        number=number, label=label, phrase=f"{number} {label}" if fits else f"{number} in {label}", exact=digits
    )


def _counted(digits: str, unit: str) -> str:
    """The unit of a number: of one, units of time lose their s."""
    return unit[:-1] if digits == "1" and unit[-1:] == "s" and unit[:-1] in _TIMES else unit


def period_of(noun: str) -> str:
    """Return what a streak counts, from its metric's name: `days`, `weeks` or an empty string."""
    words = noun.split()
    return next(
        (f"{each}s" for each in ("day", "week") for word in words if word in (each, f"{each}s", f"{each}ly")), ""
    )


def _is_plural(noun: str) -> bool:
    """Whether its last word surely is one; `progress`, `status`, `analysis` and `analytics` are not."""
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is", "ics", "news"))
