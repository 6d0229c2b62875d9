"""`cairn init [DIR]`: the files of a new installation, with comments on every form."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

_NEXT = (
    ("cairn milestones check", "every mistake, with its place and cure"),
    ("cairn preview", "every message as people will see it, before anything is sent"),
    ("cairn topics apply", "create the topics"),
    ("cairn milestones apply", "put the milestones in force"),
    ("cairn run tracker", "count, and write what is reached"),
    ("cairn run planner", "decide whom to celebrate, where and when"),
)


def register(app: typer.Typer) -> None:
    """Add the verb to `cairn`."""
    verb(app, "init")(init)


def init(
    invocation: Invocation,
    directory: Annotated[
        Path,
        typer.Argument(metavar="[DIR]", help="Where to write; made if it is not there.", show_default=False),
    ] = Path(),
) -> Exit:
    """Write a milestones file, its schema for editors and a settings file, with comments on every form.

    No file that exists is written over: then nothing is written at all. Works without Kafka.
    """
    from deploy.cli.starter import starter_files

    files = {directory / path: text for path, text in starter_files().items()}
    _refuse_existing(files)
    for path, text in files.items():
        _write(path, text)
    _report(invocation, directory, files)
    return Exit.OK


def _refuse_existing(paths: Iterable[Path]) -> None:
    # A link that leads nowhere is somebody's too: lexists, not exists.
    there = [str(path) for path in paths if os.path.lexists(path)]
    if there:
        raise CairnError(
            f"{', '.join(there)} {'is' if len(there) == 1 else 'are'} already there; nothing was written",
            fix="name another directory, or move them away first",
            exit=Exit.USAGE,
        )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable("make the directory", path.parent, error) from error
    try:
        # "x": what somebody has put there since we looked is not written over either.
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise _unwritable("write the file", path, error) from error


def _unwritable(what: str, path: Path, error: OSError) -> CairnError:
    return CairnError(
        f"cannot {what}: {(error.strerror or str(error)).lower()}",
        where=str(path),
        fix="name another directory, or give this user the right to it",
        exit=Exit.USAGE,
    )


def _report(invocation: Invocation, directory: Path, paths: Iterable[Path]) -> None:
    steps = list(_NEXT)
    if directory.resolve() != Path.cwd():
        steps.insert(0, (f"cd {shlex.quote(str(directory))}", "the files are looked for where you are"))
    out = invocation.out
    if invocation.as_json:
        out.document({"written": [str(path) for path in paths], "next": [command for command, _ in steps]})
        return
    for path in paths:
        out.line(f"wrote {path}")
    out.line()
    out.line("Put your own events and milestones into milestones.yaml, then:")
    out.facts((f"  {command}", what) for command, what in steps)
