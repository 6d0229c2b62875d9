"""How the words of a milestones file will be said: plural forms of its language, sentences that hold once alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.milestones.condition import Anniversary
from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone, expand
from schemas.milestones.metric import Kind
from schemas.milestones.phrase import Phrase, has_placeholder
from schemas.milestones.problem import Path, Problem, Severity
from schemas.milestones.spelling import listed
from templates.languages.english import is_plural
from templates.languages.language import Language
from templates.languages.languages import Languages
from templates.languages.named import names_any
from templates.languages.tags import closest


def plural_forms(document: Document, languages: Languages) -> list[Problem]:
    """Return a problem for each text by plural category that has not exactly the categories of the file's language."""
    language = languages.default
    every = ", ".join(language.categories)
    found = []
    for at, phrase in _phrases(document):
        if not phrase.by_category:
            continue
        given = [category for category, _ in phrase.forms]
        lacking = [each for each in language.categories if each not in given]
        if lacking:
            what = f"'{at[-1]}' lacks the plural form {listed(lacking)} of {language.display_name}"
            found.append(document.problem(at, what, f"it has {every}"))
        for each in given:
            if each not in language.categories:
                what = f"'{each}' is no plural form of {language.display_name}"
                found.append(document.problem((*at, each), what, f"it has {every}"))
    return sorted(found, key=lambda problem: problem.position)


def advice(document: Document, languages: Languages) -> list[Problem]:
    """Return advice on words that will read ill in the first language of the installation."""
    language = languages.default
    active = [each for each in expand(document) if each.entry.status == "active"]
    found = [*_said_once(document, active, language), *_wordless(document, active, language)]
    if "locale" in document.product.model_fields_set:
        locale = document.product.locale
        if closest(locale, languages.names) != languages.names[0]:
            found.append(
                document.problem(
                    ("product", "locale"),
                    f"the file is in {locale}, and the first of templates.languages is {languages.names[0]}",
                    f"put {locale} first there, else its texts stand beside those of another language",
                    Severity.ADVICE,
                )
            )
    return sorted(found, key=lambda problem: problem.position)


def _phrases(document: Document) -> Iterator[tuple[Path, Phrase]]:
    for name, metric in document.metrics.items():
        if metric.unit_phrase:
            yield ("metrics", name, "unit"), metric.unit_phrase
    for index, entry in enumerate(document.milestones):
        if entry.title:
            yield ("milestones", index, "title"), entry.title
        if entry.means:
            yield ("milestones", index, "means"), entry.means


def _said_once(document: Document, active: Iterable[Milestone], language: Language) -> Iterator[Problem]:
    """A sentence without numbers that names the first of several is untrue of the others, and left out there."""
    seen: dict[str, list[Milestone]] = {}
    for each in active:
        seen.setdefault(each.entry.id, []).append(each)
    for rungs in seen.values():
        first, means = rungs[0], rungs[0].entry.means
        if means is None or means.by_category or has_placeholder(means.other):
            continue
        words: set[str] = set()
        if isinstance(first.condition, Anniversary) and first.condition.repeats:
            words = {
                str(first.condition.after.amount),
                *language.words_of_time(first.condition.after.unit, of_file=True),
            }
        elif first.every:
            words = {f"{first.every}", f"{first.every:,}", language.number(f"{first.every:f}")}
        elif len(rungs) > 1:
            words = {form for each in rungs for form in (f"{each.threshold}", f"{each.threshold:,}")}
        if names_any(means.other, words):
            ladder = len(rungs) > 1
            once = "one rung of the ladder" if ladder else "the first time of"
            then = "" if ladder else ", and is left out from the second on"
            yield document.problem(
                (*first.at[:2], "means"),
                f"'{means.other}' is true of {once} '{first.entry.id}' alone{then}",
                'give it a form for each, such as {one: …, other: "{count} …"}',
                Severity.ADVICE,
            )


def _wordless(document: Document, active: Iterable[Milestone], language: Language) -> Iterator[Problem]:
    """English writes a number whose noun it does not know as `25 in team size`; other languages ask for the noun."""
    if not language.is_english:
        return
    told: set[str] = set()
    for each in active:
        metric = document.metrics.get(each.metric or "")
        if metric is None or each.metric is None or each.metric in told or metric.unit or metric.kind is Kind.STREAK:
            continue
        noun = each.metric.replace("_", " ")
        named = each.entry.title is not None or language.milestones.title(each.id) is not None
        if named or is_plural(noun) or "streak" in noun.split() or language.noun(each.metric).counted is not None:
            continue
        told.add(each.metric)
        number = each.threshold or each.every
        yield document.problem(
            ("metrics", each.metric),
            f"'{each.metric}' has no words for its number: messages say '{number:,} in {noun}'",
            "give it a unit, such as unit: {one: seat, other: seats}, or give its milestones a title",
            Severity.ADVICE,
        )
