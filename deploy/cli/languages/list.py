"""`cairn languages list`: the languages of an installation, and how far each is written."""

from __future__ import annotations

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from stream.runtime.exits import Exit


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn languages`."""
    verb(group, "list")(list_languages)


def list_languages(invocation: Invocation) -> Exit:
    """List the languages of messages and pages, and how many of their texts are written. The first is the default.

    What a message says where a text is missing is told by templates.missing. Works without Kafka.
    """
    from deploy.cli.languages.installation import installed
    from templates.checking.missing import completeness
    from templates.languages.tags import locale_of

    settings = invocation.loaded().settings
    found = installed(settings)
    far = {each.language: each for each in completeness(found.languages, found.document, found.folder)}
    rows = []
    for name in found.languages.names:
        each, locale = far.get(name), locale_of(name)
        own = found.languages.own.get(name)
        rows.append(
            {
                "language": name,
                "name": (locale.get_display_name("en") if locale else None) or name,
                "default": name == found.languages.names[0],
                "texts": each.texts if each else 0,
                "missing": [".".join(need.path) for need in each.lacking] if each else [],
                "file": str(own.file) if own else None,
            }
        )
    if invocation.as_json:
        invocation.out.document({"languages": rows, "missing": settings.templates.missing})
        return Exit.OK
    table = [
        (
            str(row["language"]),
            str(row["name"]),
            f"{far[row['language']].texts - len(far[row['language']].lacking)} of {row['texts']}"
            if row["language"] in far
            else "its language's",
            str(row["file"] or "shipped"),
        )
        for row in rows
    ]
    invocation.out.table(("LANGUAGE", "NAME", "TEXTS", "FILE"), table)
    for each in far.values():
        if each.lacking:
            invocation.out.note(f"{each.language}: {each.words}; `cairn languages add {each.language}` writes them")
    return Exit.OK
