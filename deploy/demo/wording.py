"""A crossing in the words of people."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from babel import Locale

from schemas.channel import Channel
from schemas.milestone_crossed import MilestoneCrossed

CHANNEL_WORDS: Mapping[Channel, str] = MappingProxyType(
    {"email": "email to", "web_push": "browser of", "mobile_push": "phone of"}
)
_PLACES: Mapping[Channel, str] = MappingProxyType({"email": "emails", "web_push": "browsers", "mobile_push": "phones"})


def name_of(language: str) -> str:
    """`French`: the English name of a language."""
    return Locale.parse(language, sep="-").get_display_name("en") or language


def places_reached(received: Mapping[Channel, int]) -> list[str]:
    """`40 emails`, `31 browsers`, `9 phones`: how many messages arrived there."""
    return [f"{received.get(channel, 0):,} {places}" for channel, places in _PLACES.items()]


def sentence(crossing: MilestoneCrossed, name: str) -> str:
    """`Mina Okafor reached 100 documents (102)`; `you reached first-project`."""
    match crossing.kind:
        case "signed_up":
            return f"{name} signed up {number(crossing.threshold)} {crossing.unit} ago"
        case "all_of":
            return f"{name} completed {crossing.milestone}"
        case "streak":
            return f"{name} came {number(crossing.value)} {crossing.unit} in a row"
        case _:
            return _reached(crossing, name)


def _reached(crossing: MilestoneCrossed, name: str) -> str:
    if crossing.threshold == 1:
        return f"{name} reached {crossing.milestone}"
    beyond = f" ({number(crossing.value)})" if crossing.value != crossing.threshold else ""
    return f"{name} reached {number(crossing.threshold)} {_counted(crossing)}{beyond}"


def number(amount: int | Decimal) -> str:
    """`1,000`, `99.5`: an exact number with its thousands apart."""
    if isinstance(amount, int) or amount == int(amount):
        return f"{int(amount):,}"
    return f"{amount.normalize():,f}"


def seconds(duration: float) -> str:
    """`1.4 s`, `12 s`."""
    return f"{duration:.1f} s" if duration < 10 else f"{duration:.0f} s"


def _counted(crossing: MilestoneCrossed) -> str:
    metric = (crossing.metric or crossing.milestone).replace("_", " ")
    return f"{crossing.unit} of {metric}" if crossing.unit else metric
