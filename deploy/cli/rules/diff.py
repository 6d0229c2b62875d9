"""`cairn milestones diff`: a milestones file against what is in force."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import typer

from deploy.cli.file_argument import FileArgument
from deploy.cli.invocation import Invocation
from deploy.cli.rules.apply import NoCountOption, changes_of
from deploy.cli.verb import verb
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.cli.rules.change import Change
    from schemas.rules import RulesVersion


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn milestones`."""
    verb(group, "diff")(diff)


def diff(invocation: Invocation, file: FileArgument = None, no_count: NoCountOption = False) -> Exit:
    """Show a milestones file against what is in force, in the words of apply. Exits with 1 when they differ.

    Works while the workers run, and changes nothing.
    """
    from deploy.cli.milestones_file import sound_milestones
    from deploy.cli.rules_log import read_rules
    from stream.core.adoption import next_version

    settings = invocation.loaded().settings
    path = file or settings.tracker.milestones
    _, document = sound_milestones(path)
    clients = invocation.clients(settings)
    previous = read_rules(clients, settings).in_force
    version = next_version(previous, document, time.time_ns() // 1_000_000)
    changes = (
        [] if version is previous else changes_of(invocation, clients, settings, previous, version, count=not no_count)
    )
    _report(invocation, path, previous, changes)
    return Exit.FINDINGS if changes else Exit.OK


def _report(invocation: Invocation, path: Path, previous: RulesVersion | None, changes: list[Change]) -> None:
    from deploy.cli.rules.report import in_words, print_changes, total, version_document

    out = invocation.out
    if invocation.as_json:
        out.document(
            {
                "file": str(path),
                "in_force": version_document(previous),
                "equal": not changes,
                "changes": [each.document() for each in changes],
            }
        )
        return
    now = in_words(previous) if previous else "nothing"
    if not changes:
        out.line(f"{path} says what is in force: {now}.")
        return
    print_changes(out, changes)
    out.note(f"{total(changes)} from what is in force ({now}) to {path}; `cairn milestones apply` makes them")
