"""What a language tag says, however it is written: BCP 47, POSIX (`de_DE.UTF-8@euro`), Java (`zh_TW_#Hant`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from babel.core import get_global

_LONGEST = 100
"""Characters; a profile's locale has 64 at most, a tag of ten subtags 80."""
_PART = re.compile(r"[A-Za-z0-9]{1,8}")
_VARIANT = re.compile(r"[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}")
_SCRIPT, _EXTLANG = 4, 3
_NUMBERS = "nu"
_MODIFIERS: Mapping[str, str] = MappingProxyType(
    {"latin": "Latn", "iqtelif": "Latn", "cyrillic": "Cyrl", "devanagari": "Deva", "arabic": "Arab"}
)
"""Modifiers of POSIX names that name a script (glibc, localedata/SUPPORTED); `@euro` and others say nothing of it."""
_OLD: Mapping[str, str] = MappingProxyType(
    {
        "zh-chs": "zh-Hans",
        "zh-cht": "zh-Hant",
        "no-no-ny": "nn-NO",
        "zh-min-nan": "nan",
        "zh-guoyu": "zh",
        "zh-hakka": "hak",
        "zh-xiang": "hsn",
        "no-bok": "nb",
        "no-nyn": "nn",
        "sgn-be-fr": "sfb",
        "sgn-be-nl": "vgt",
        "sgn-ch-de": "sgg",
        "art-lojban": "jbo",
        "i-default": "en",
        "i-hak": "hak",
        "i-klingon": "tlh",
        "i-lux": "lb",
        "i-navajo": "nv",
    }
)
"""Tags that are no sequence of subtags: irregular ones of the IANA registry (RFC 5646, section 2.2.8) with their
preferred values, Windows' names of before Vista, and Java's Norwegian Nynorsk."""


@dataclass(frozen=True, slots=True)
class Tag:
    """The subtags of a language tag in their usual case; what is not said is empty.

    - `variants`: `1996`, `valencia`.
    - `private`: what follows `x`, as it came.
    - `numbers`: the numbering system that `-u-nu-` asks for (`latn`); other extensions change no word or number here.
    """

    language: str
    script: str = ""
    region: str = ""
    variants: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    numbers: str = ""

    def __str__(self) -> str:
        extension = ("u", _NUMBERS, self.numbers) if self.numbers else ()
        private = ("x", *self.private) if self.private else ()
        parts = (self.language, self.script, self.region, *self.variants, *extension, *private)
        return "-".join(each for each in parts if each)


def parse(text: str) -> Tag | None:
    """Return what a text says as a tag, its subtags as they came but for their case; None where it is none.

    The script may stand after the region, as Java and Android write it; a part that is none of a tag says nothing. `C`
    and `POSIX` name no language.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    bare, _, modifier = text.partition("@")
    bare = bare.partition(".")[0].replace("_", "-").replace("#", "")
    parts = [each for each in bare.split("-") if each]
    folded = "-".join(parts).lower()
    for old, new in _OLD.items():
        if folded == old or folded.startswith(f"{old}-"):
            parts = [*new.split("-"), *parts[old.count("-") + 1 :]]
            break
    if not parts or not all(map(_PART.fullmatch, parts)):
        return None
    first, *rest = parts
    if not (first.isalpha() and 2 <= len(first) <= 3):
        return None
    return _read(first.lower(), rest, _MODIFIERS.get(modifier.lower(), ""), modifier.lower())


def _read(language: str, rest: list[str], script: str, modifier: str) -> Tag:
    named, region, numbers = "", "", ""
    variants: list[str] = []
    private: tuple[str, ...] = ()
    while rest:
        part = rest.pop(0)
        if len(part) == 1:
            if part.lower() == "x":
                private = tuple(each.lower() for each in rest)
                break
            until = next((place for place, each in enumerate(rest) if len(each) == 1), len(rest))
            extension, rest = rest[:until], rest[until:]
            numbers = numbers or (_keyword(extension) if part.lower() == "u" else "")
        elif len(part) == _SCRIPT and part.isalpha() and not named:
            named = part.title()
        elif not region and _is_region(part):
            region = part.upper()
        elif len(part) == _EXTLANG and part.isalpha() and not (named or region or variants):
            # An extended language is the language itself (RFC 5646, section 4.5): zh-yue is yue.
            language = part.lower()
        elif _VARIANT.fullmatch(part):
            variants.append(part.lower())
    if modifier == "valencia":
        variants.append(modifier)
    return Tag(language, named or script, region, tuple(v for v in variants if v != "posix"), private, numbers)


def _is_region(part: str) -> bool:
    """Two letters, three digits, or three letters as ISO 3166 has them (`en-USA`)."""
    if len(part) == _EXTLANG and part.isalpha():
        return part.upper() in get_global("territory_aliases")
    return (len(part) == 2 and part.isalpha()) or (len(part) == 3 and part.isdigit())


def _keyword(extension: list[str]) -> str:
    """The value of `nu` in a Unicode locale extension: `u-ca-buddhist-nu-thai`."""
    for place, each in enumerate(extension[:-1]):
        if each.lower() == _NUMBERS and len(extension[place + 1]) > 2:
            return extension[place + 1].lower()
    return ""
