"""The function `text` of templates: a text of the catalogues in the language of the message."""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import pass_context
from jinja2.runtime import Context

from templates.filled import Kept
from templates.languages.language import Language
from templates.languages.languages import Languages


class SpokenContext(Context):
    """What a file is filled from, with the language of its values once it was asked for, and what is kept of it."""

    language: Language | None = None
    kept: Kept | None = None


def text_of(languages: Languages) -> Callable[..., str]:
    """Return the function for templates: `{{ text("headline.reached", amount=value.phrase) }}`.

    The language is the value `language` of what is rendered; without one (in a macro that was imported without context)
    it is the default. Where HTML is escaped, words and values are escaped. `count` chooses the plural form.
    """

    @pass_context
    def text(context: Context, key: str, /, count: object = None, **values: object) -> str:
        language = context.language if isinstance(context, SpokenContext) else None
        if language is None or "language" in context.vars:
            language = languages.of(str(context.get("language", "")))
            if isinstance(context, SpokenContext):
                context.language = language
        return (language.html if context.eval_ctx.autoescape else language.text)(key, count, **values)

    return text


def initial(value: str) -> str:
    """Return a text that begins with a capital letter."""
    return value[:1].upper() + value[1:]
