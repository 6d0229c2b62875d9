"""`cairn config show`: every setting, its value and where that came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from stream.runtime.layers import Row


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
    out.table(("SETTING", "VALUE", "ORIGIN"), [(row.key, row.value, _origin(row)) for row in rows])
    read = f"read from {loaded.file}" if loaded.file else "no cairn.toml here and none named with --config"
    out.note(f"{read}; change one there or by environment (tracker.workers is CAIRN_TRACKER_WORKERS)")
    return Exit.OK


def _origin(row: Row) -> str:
    """The origin in words; one option has a shorter name than its setting."""
    return "option --bootstrap" if str(row.origin) == "option --bootstrap-servers" else str(row.origin)
