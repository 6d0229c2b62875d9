"""Checks the texts of own catalogues: keys that nobody asks for, placeholders that nobody fills."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.milestones.spelling import listed, nearest
from templates.checking.asked import COUNT, Asked
from templates.languages.catalogue import Catalogue
from templates.languages.languages import Languages
from templates.languages.wording import placeholders
from templates.mistake import Mistake


def own_texts(wanted: Iterable[Asked], languages: Languages) -> Iterator[Mistake]:
    """Yield the mistakes of form of all own catalogues, and those in their texts.

    Args:
        wanted: what own templates ask for: a key of theirs is known too.
        languages: with the catalogues.
    """
    yield from languages.mistakes
    fills: dict[str, frozenset[str] | None] = {}
    for each in wanted:
        before = fills.get(each.key, frozenset())
        fills[each.key] = None if before is None or each.given is None else before | each.given
    for key, entry in languages.english.texts.items():
        fills[key] = frozenset(placeholders(entry) | {COUNT}) | (fills.get(key) or frozenset())
    for catalogue in languages.own.values():
        yield from _of(catalogue, fills)


def _of(catalogue: Catalogue, fills: dict[str, frozenset[str] | None]) -> Iterator[Mistake]:
    for key, entry in catalogue.texts.items():
        line = catalogue.line("texts", key)
        if key not in fills:
            hint = nearest(key, fills) or "ask for it in a template, or remove it"
            yield Mistake(str(catalogue.file), line, f"no template asks for the text '{key}'", hint)
            continue
        known = fills[key]
        if known is None:
            continue
        for name in sorted(placeholders(entry) - known):
            real = sorted(known - {COUNT})
            hint = nearest(name, known) or (f"it gets {listed(real)}" if real else "it gets no value")
            yield Mistake(str(catalogue.file), line, f"texts.{key} has {{{name}}}, which nothing fills", hint)
