"""Which folders a message looks into for each of its files, the first that has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType

SHARE = "share.txt"
HEADLINE = "headline.txt"
LEAD = "lead.txt"
SUBJECT = "subject.txt"
EMAIL_HTML = "email.html"
EMAIL_MJML = "email.mjml"
EMAIL_TEXT = "email.txt"
PUSH_TITLE = "push-title.txt"
PUSH_BODY = "push-body.txt"

FILES = (SHARE, HEADLINE, LEAD, SUBJECT, EMAIL_HTML, EMAIL_TEXT, PUSH_TITLE, PUSH_BODY)
"""What a message is made of. `headline.txt` and `lead.txt` (a sentence) are in the others as `headline` and `lead`."""
WRITTEN = (*FILES, EMAIL_MJML)
"""What a folder may hold: the HTML of an email is written as MJML, or as it is."""

KINDS = MappingProxyType(
    {
        "count": "count",
        "sum": "sum",
        "highest": "highest",
        "distinct": "distinct",
        "streak": "streak",
        "signed_up": "anniversary",
        "all_of": "composite",
        "near": "near",
        "stuck": "stuck",
    }
)
"""Kinds of crossings and nudges as the records name them, and the folders of their templates."""
NUDGES = ("near", "stuck")
TIERS = ("minor", "major")
DEFAULT = "default"


def base_of(file: str) -> tuple[str, str]:
    """Return the file of a message that one is, and the language in its name: `lead.pt-BR.txt` is `lead.txt`, `pt-BR`.

    Without a language in its name, the second is empty.
    """
    stem, dot, suffix = file.rpartition(".")
    name, between, language = stem.partition(".")
    return (f"{name}{dot}{suffix}", language) if between and dot else (file, "")


def in_language(file: str, language: str) -> str:
    """Return the name of a file of one language, `lead.pl.txt`; the other way of `base_of`."""
    stem, _, suffix = file.rpartition(".")
    return f"{stem}.{language}.{suffix}" if language else file


def candidates(file: str, folders: Iterable[str], tags: Sequence[str]) -> Iterator[str]:
    """Yield the names under which a message looks for a file, the nearest first.

    In each folder one with the language in its name comes first, by the language's chain of `tags`: `lead.fr-CA.txt`,
    `lead.fr.txt`, `lead.txt`.
    """
    for folder in folders:
        yield from (f"{folder}/{in_language(file, tag)}" for tag in tags)
        yield f"{folder}/{file}"


def chain(kind: str, tier: str, template: str | None) -> tuple[str, ...]:
    """Return the folders of a message, the nearest first.

    A milestone's own template is taken for its crossings; its nudges are in `NAME-near` and `NAME-stuck`, for a text
    that praises must never say that something is still to come.
    """
    folder = KINDS[kind]
    named = () if template is None else (f"{template}-{kind}",) if kind in NUDGES else (template,)
    return (*named, f"{folder}-{tier}", folder, DEFAULT)
