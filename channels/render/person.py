"""How somebody is addressed."""

from __future__ import annotations

import re

from channels.render.cut import cut
from schemas.clean import clean
from templates.context import Person
from templates.languages.language import Language

_LONGEST = 60
# People sign others up under names such as "Win at http://…": the greeting would carry their advertisement.
_ADVERTISEMENT = re.compile(r"://|www\.|@|\b[\w-]+\.(?:com|net|org|info|ru|cn|io|xyz|top)\b", re.IGNORECASE)


def person(name: str | None, language: Language) -> Person:
    """Return whom it is for. A name that is empty, or holds an address, is none."""
    cleaned = cut(clean(name), _LONGEST) if name else ""
    if not any(each.isalnum() for each in cleaned) or _ADVERTISEMENT.search(cleaned):
        return Person(name=None, greeting=language.text("person.greeting_unnamed"))
    return Person(name=cleaned, greeting=language.text("person.greeting", name=cleaned))
