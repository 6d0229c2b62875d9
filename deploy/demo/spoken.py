"""In which languages the messages came, and whether each was in that of its contact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from deploy.demo.people import Person
from deploy.demo.received import Received
from templates.languages.language import Language
from templates.languages.languages import Languages

_FOOT = "email.stop"
"""Words that every email ends with, whatever it is about."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """How many emails came in each language of the installation; in words, what came in another than its contact's."""

    emails: Mapping[str, int] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()


def spoken(received: Iterable[Received], people: Mapping[str, Person], languages: Languages) -> Spoken:
    """Judge emails by header, page and words, and browser notifications by what they say of themselves."""
    emails = Counter(dict.fromkeys(languages.names, 0))
    wrong: list[str] = []
    for each in received:
        if each.contact not in people or each.language is None:
            continue
        language = languages.pick(people[each.contact].locale)
        wrong += [f"{each.channel} to {each.place} ({language.tag}): {fault}" for fault in _faults(each, language)]
        if each.channel == "email":
            emails[languages.pick(each.language).name] += 1
    return Spoken(emails, tuple(wrong))


def _faults(message: Received, language: Language) -> Iterator[str]:
    if message.language != language.tag:
        yield f"it is in {message.language}"
    if message.html is None:
        return
    if f'lang="{language.tag}"' not in message.html or f'dir="{language.direction}"' not in message.html:
        yield f"its page is not laid out for {language.tag}, {language.direction}"
    if language.text(_FOOT) not in message.body:
        yield "its words are of another language"
