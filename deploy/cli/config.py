"""`cairn config show`: every setting, its value and where that came from."""

from __future__ import annotations

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from stream.runtime.exits import Exit


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn config`."""
    verb(group, "show")(show)


def show(invocation: Invocation) -> Exit:
    """Show every setting, its value and its origin; secrets are masked."""
    loaded = invocation.loaded()
    rows = loaded.rows()
    out = invocation.out
    if invocation.as_json:
        settings = [
            {
                "key": row.key,
                "value": row.value,
                "origin": {"kind": row.origin.kind, "place": row.origin.place or None},
                "variable": row.variable,
                "description": row.description,
            }
            for row in rows
        ]
        out.document({"file": loaded.file and str(loaded.file), "settings": settings})
        return Exit.OK
    out.table(("SETTING", "VALUE", "ORIGIN"), [(row.key, row.value, row.origin) for row in rows])
    read = f"read from {loaded.file}" if loaded.file else "no cairn.toml here and none named with --config"
    out.note(f"{read}; change one there or by environment (tracker.workers is CAIRN_TRACKER_WORKERS)")
    return Exit.OK
