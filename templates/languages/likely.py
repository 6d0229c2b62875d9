"""Canonical tags, likely subtags and parents by the Unicode CLDR (UTS 35, part 1), from the data that Babel has."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from babel import localedata
from babel.core import get_global

from templates.languages.tag import Tag

_KEPT = 4_096
"""Tags whose answer is remembered, about 300 bytes each."""
_ROOT = "root"


@lru_cache(_KEPT)
def canonical(tag: Tag) -> Tag:
    """Return a tag with the subtags of today: `iw` is `he`, `in-ID` `id-ID`, `sh` `sr-Latn`, `en-UK` `en-GB`.

    UTS 35, section 3.2.1 (annex C), by the aliases of the CLDR. Of a region that fell apart (`sr-CS`) it is the part in
    which the language is most likely, else the first.
    """
    aliases = get_global("language_aliases")
    said = aliases.get(tag.language)
    if said:
        language, script, region = _subtags(said)
        tag = replace(tag, language=language, script=tag.script or script, region=tag.region or region)
    regions = get_global("territory_aliases").get(tag.region, ())
    if regions:
        likely = _likely(tag.language, tag.script, "").region
        tag = replace(tag, region=likely if likely in regions else regions[0])
    return replace(tag, script=get_global("script_aliases").get(tag.script, tag.script))


@lru_cache(_KEPT)
def maximized(tag: Tag) -> Tag:
    """Return language, script and region of a tag, with those that are likely where it says none.

    UTS 35, section 4.3.1: `zh-HK` is `zh-Hant-HK`, `pt` is `pt-Latn-BR`.
    """
    return _likely(tag.language, tag.script, tag.region)


def spellings(tag: Tag) -> tuple[Tag, ...]:
    """Return the ways in which a tag may be written, its own first: `zh-TW` is `zh-Hant-TW`, `sr` is `sr-Cyrl`.

    The script is left out where it is the likely one. It is written out only where the CLDR writes it out: nobody calls
    French `fr-Latn`.
    """
    full = maximized(tag)
    short = replace(tag, script="")
    script = "" if not full.script or maximized(short).script == full.script else full.script
    found = [tag, replace(tag, script=script)]
    long = replace(tag, script=full.script)
    if full.script and localedata.exists("_".join(filter(None, (long.language, long.script, long.region)))):
        found.append(long)
    return tuple(dict.fromkeys(found))


def parent(tag: Tag) -> Tag | None:
    """Return the tag from which one inherits (UTS 35, section 4.1.3); None for the last.

    `es-MX` has `es-419`, `en-GB` `en-001`, `nb` `no`. Another script than the language's usual one is another written
    language, and has none: `zh-Hant` and `sr-Latn` do not fall back to `zh` and `sr`.
    """
    if tag.private or tag.numbers or tag.variants:
        return replace(tag, private=(), numbers="", variants=tag.variants[:-1] if not tag.private else tag.variants)
    script = maximized(tag).script
    usual = maximized(Tag(tag.language)).script
    other = script if script != usual else ""
    exceptions = get_global("parent_exceptions")
    for written in dict.fromkeys((other, tag.script, script)):
        said = exceptions.get("_".join(filter(None, (tag.language, written, tag.region))))
        if said:
            return None if said == _ROOT else Tag(*_subtags(said))
    if tag.region:
        return Tag(tag.language, tag.script or other)
    return Tag(tag.language) if tag.script and not other else None


def _likely(language: str, script: str, region: str) -> Tag:
    data = get_global("likely_subtags")
    for parts in ((language, script, region), (language, region), (language, script), (language,)):
        said = data.get("_".join(filter(None, parts)))
        if said and (len(parts) > 1 or parts == (language,)):
            found = Tag(*_subtags(said))
            return Tag(language, script or found.script, region or found.region)
    return Tag(language, script, region)


def _subtags(said: str) -> tuple[str, str, str]:
    """Language, script and region of a name of the CLDR: `zh_Hant_TW`, `sr_ME`."""
    language, *rest = said.split("_")
    script = next((each for each in rest if len(each) == 4 and each.isalpha()), "")
    region = next((each for each in rest if each != script), "")
    return language, script, region
