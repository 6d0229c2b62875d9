"""Tags of languages (BCP 47): what they say, and from which to which they fall back."""

from __future__ import annotations

import re

from babel import Locale, UnknownLocaleError

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,7}")
_SCRIPT = 4


def tidy(tag: str) -> str:
    """Return a tag as it is usually written: `PL_pl` is `pl-PL`, `zh-hant` is `zh-Hant`. Empty for what is no tag."""
    # POSIX names such as pl_PL.UTF-8@euro reach profiles too.
    bare = re.split(r"[.@]", tag, maxsplit=1)[0].replace("_", "-").strip()
    if not _TAG.fullmatch(bare):
        return ""
    first, *others = bare.split("-")
    return "-".join((first.lower(), *map(_part, others)))


def chain(tag: str) -> tuple[str, ...]:
    """Return a tidy tag and what it falls back to: `fr-CA`, `fr` (RFC 4647 section 3.4, lookup).

    A language that the CLDR writes in another script in this region is looked for by the script first: `zh-TW`,
    `zh-Hant`, `zh`.
    """
    parts = tag.split("-")
    found = ["-".join(parts[:length]) for length in range(len(parts), 0, -1) if len(parts[length - 1]) > 1]
    locale = locale_of(tag) if tag else None
    if locale is not None and locale.script and locale.language == parts[0]:
        scripted = f"{parts[0]}-{locale.script}"
        if scripted not in found:
            found.insert(len(found) - 1, scripted)
    return tuple(found)


def locale_of(tag: str) -> Locale | None:
    """Return the CLDR's data for exactly this tag; None where it has none."""
    try:
        locale = Locale.parse(tag, sep="-", resolve_likely_subtags=False)
    except UnknownLocaleError:
        try:
            locale = Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            return None
    except ValueError:
        return None
    # Where it does not know a region it may answer with less: that is no data for this tag.
    region = next((each for each in tag.split("-")[1:] if len(each) == 2 or each.isdigit()), None)
    return locale if region is None or locale.territory == region else None


def _part(part: str) -> str:
    if len(part) == _SCRIPT and part.isalpha():
        return part.title()
    return part.upper() if len(part) in (2, 3) else part.lower()
