"""Tags of languages (BCP 47): what they say, from which to which they fall back, and which of several is nearest.

The one place that compares tags. `tag.py` reads them, `likely.py` has what the CLDR says of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from templates.languages.likely import canonical, maximized, parent, spellings
from templates.languages.tag import Tag, parse

_KEPT = 4_096
"""Tags whose answer is remembered: what contacts have is a few dozen."""

_WRITTEN = {"nb": "no"}


def tidy(tag: str) -> str:
    """Return a tag as it is written today: `PL_pl` is `pl-PL`, `iw` is `he`, `sr_RS@latin` `sr-Latn-RS`.

    Of the extensions `-u-nu-` stays, which says how numbers are written. Empty for what is no tag.
    """
    found = _tag(tag)
    return str(found) if found else ""


@lru_cache(_KEPT)
def chain(tag: str) -> tuple[str, ...]:
    """Return a tag and what it falls back to, the nearest first: `fr-CA`, `fr`; `es-MX`, `es-419`, `es`.

    Each step is the parent of the one before (CLDR), in every way that it may be written: `zh-TW`, `zh-Hant-TW`,
    `zh-Hant`. Another script is another written language, so `zh` is not among them.
    """
    return tuple(dict.fromkeys(str(way) for step in _steps(tag) for way in spellings(step)))


@lru_cache(_KEPT)
def closest(tag: str, names: tuple[str, ...]) -> str | None:
    """Return that of some tags in which a reader of `tag` is written to; None where none is of use.

    For each step of its chain: the same tag; one that means the same (`pt` is `pt-BR`, `zh-Hant` is `zh-TW`); one that
    shares the step (`en-AU` gets `en-GB` rather than `en-US`, for both have `en-001`). So a language comes before its
    absence whatever the region, and never in a script that was not asked for.
    """
    known = {name: _steps(name) for name in names}
    for step in _steps(tag):
        ways = spellings(step)
        same = (name for name, steps in known.items() if steps and steps[0] in ways)
        alike = (name for name, steps in known.items() if steps and maximized(steps[0]) == maximized(step))
        related = [(place, name) for name, steps in known.items() if (place := _place(ways, steps)) is not None]
        nearest = iter([min(related, key=lambda each: each[0])[1]] if related else [])
        for found in (same, alike, nearest):
            if (name := next(found, None)) is not None:
                return name
    return None


def same_language(tag: str, other: str) -> bool:
    """Whether two tags are of one written language, whatever their regions are; `nb` is how `no` is written."""
    one, two = _tag(tag), _tag(other)
    if one is None or two is None or maximized(one).script != maximized(two).script:
        return False
    return _WRITTEN.get(one.language, one.language) == _WRITTEN.get(two.language, two.language)


def own_chain(tag: str) -> tuple[str, ...]:
    """Return the part of a tag's chain that is the language itself: Haitian falls back to French, and is not it."""
    return tuple(each for each in chain(tag) if same_language(each, tag))


@lru_cache(_KEPT)
def locale_of(tag: str) -> Locale | None:
    """Return the CLDR's data for exactly this tag; None where it has none. Extensions aside."""
    found = _tag(tag)
    if found is None or found.private:
        return None
    bare = str(Tag(found.language, found.script, found.region, found.variants))
    try:
        locale = Locale.parse(bare, sep="-", resolve_likely_subtags=False)
    except UnknownLocaleError:
        try:
            locale = Locale.parse(bare, sep="-")
        except (UnknownLocaleError, ValueError):
            return None
    except ValueError:
        return None
    # Where it does not know a region or a script it may answer with less: that is no data for this tag.
    script = locale.script or maximized(Tag(found.language, region=found.region)).script
    is_it = locale.language == found.language and found.region in ("", locale.territory)
    is_it = is_it and "-".join(found.variants) == (locale.variant or "").lower()
    return locale if is_it and found.script in ("", script) else None


def numbers_of(tag: str) -> str:
    """Return the numbering system that a tag asks for by `-u-nu-`: `latn`; empty where it asks for none."""
    found = _tag(tag)
    return found.numbers if found else ""


def _place(ways: Sequence[Tag], steps: Sequence[Tag]) -> int | None:
    """How far up the chain of a name a step of the reader's stands."""
    return next((place for place, step in enumerate(steps) if {*spellings(step)} & {*ways}), None)


@lru_cache(_KEPT)
def _tag(text: str) -> Tag | None:
    found = parse(text)
    return canonical(found) if found else None


@lru_cache(_KEPT)
def _steps(tag: str) -> tuple[Tag, ...]:
    found, step = [], _tag(tag)
    while step is not None and step not in found:
        found.append(step)
        step = parent(step)
    return tuple(found)
