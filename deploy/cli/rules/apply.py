"""`cairn milestones apply`: puts a milestones file into force, and says before what that does."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.file_argument import FileArgument
from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from deploy.cli.rules.change import Change
    from schemas.milestones.document import Document
    from schemas.rules import RulesVersion
    from stream.runtime.settings import Settings
    from templates.checking.missing import Completeness

NoCountOption = Annotated[bool, typer.Option("--no-count", help="Do not count who is past a new milestone already.")]


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn milestones`."""
    verb(group, "apply")(apply)


def apply(
    invocation: Invocation,
    file: FileArgument = None,
    expect: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="Only if version N is in force (0: none).", show_default=False),
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who applies it; the user of this machine.", show_default=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do, and change nothing.")] = False,
    no_count: NoCountOption = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask. Asked is only on a terminal.")] = False,
) -> Exit:
    """Put a milestones file into force, for every worker at once. Says first what changes and what follows from it.

    Workers that run go over to it without a restart. Of two applies at once one wins; the other exits with 3 and has
    changed nothing.
    """
    from deploy.cli.milestones import report_problems
    from deploy.cli.milestones_file import read_milestones
    from deploy.cli.rules.applying import put_into_force
    from deploy.cli.rules_log import read_rules
    from stream.core.adoption import next_version

    settings = invocation.loaded().settings
    path = file or settings.tracker.milestones
    _, document = read_milestones(path)
    if isinstance(document, list):
        report_problems(invocation, path, document)
        return Exit.FINDINGS
    clients = invocation.clients(settings)
    previous = read_rules(clients, settings).in_force
    _check_expected(expect, previous)
    version = next_version(previous, document, time.time_ns() // 1_000_000, by or _user())
    if version is previous:
        return _nothing_to_do(invocation, path, version, _lacking(invocation, settings, document))
    changes = changes_of(invocation, clients, settings, previous, version, count=not no_count)
    _announce(invocation, path, previous, version, changes)
    lacking = _lacking(invocation, settings, document)
    if dry_run or not (yes or _agreed(invocation, version)):
        invocation.out.note("nothing was applied")
        _document(invocation, path, previous, version, changes, lacking, applied=False)
        return Exit.OK if dry_run else Exit.FINDINGS
    newest = put_into_force(clients, settings, version)
    _document(invocation, path, previous, newest, changes, lacking, applied=newest is version)
    _tell_outcome(invocation, version, newest)
    return Exit.OK


def changes_of(
    invocation: Invocation,
    clients: Clients,
    settings: Settings,
    previous: RulesVersion | None,
    version: RulesVersion,
    *,
    count: bool,
) -> list[Change]:
    """What going from `previous` to `version` changes; with `count`, and who is past each milestone that comes."""
    from deploy.cli.rules.comparison import compare
    from deploy.cli.rules.past import count_past, newcomers, with_past

    changes = compare(previous, version.document)
    coming = newcomers(previous, version) if previous is not None and count else []
    if not coming:
        return changes
    assert previous is not None  # noqa: S101 - or nothing would be coming
    past = count_past(clients, settings, invocation.out, previous, version, coming)
    if past is None:
        invocation.out.note("who is past them was not counted: there is no changelog of a tracker yet")
        return changes
    return with_past(changes, past)


def _tell_outcome(invocation: Invocation, version: RulesVersion, newest: RulesVersion) -> None:
    if invocation.as_json:
        return
    if newest is version:
        invocation.out.line(f"version {version.version} is in force")
    else:
        by = f" by {newest.applied_by}" if newest.applied_by else ""
        invocation.out.line(f"version {newest.version} is in force: applied{by} a moment before, and it says the same")


def _check_expected(expect: int | None, previous: RulesVersion | None) -> None:
    now = previous.version if previous else 0
    if expect is None or expect == now:
        return
    raise CairnError(
        f"version {now} is in force, not {expect}" if now else f"no version is in force, and {expect} was expected",
        where="the command line of `cairn milestones apply`, --expect",
        fix="`cairn milestones diff` shows the file against what is in force; then apply with --expect " + str(now),
        exit=Exit.DRIFT,
    )


def _lacking(invocation: Invocation, settings: Settings, document: Document) -> list[Completeness]:
    """The languages that lack texts for a file, told as a warning: what people will read follows from it."""
    from deploy.cli.milestones_templates import incomplete

    found = incomplete(settings.templates, document)
    first = settings.templates.languages[0]
    if settings.templates.missing == "whole":
        then = f"a message that lacks one is in {first} altogether"
    else:
        then = f"a message that lacks one says it in {first}"
    for each in found if not invocation.as_json else ():
        add = f"`cairn languages add {each.language}` writes them into {each.file}, to be filled in"
        invocation.out.note(f"warning: {each.language}: {each.words}; {then} (templates.missing). {add}")
    return found


def _nothing_to_do(invocation: Invocation, path: Path, version: RulesVersion, lacking: list[Completeness]) -> Exit:
    from deploy.cli.rules.report import in_words

    if not invocation.as_json:
        invocation.out.line(f"Nothing to do: {path} says what is in force ({in_words(version)}).")
    _document(invocation, path, version, version, [], lacking, applied=False)
    return Exit.OK


def _announce(
    invocation: Invocation, path: Path, previous: RulesVersion | None, version: RulesVersion, changes: list[Change]
) -> None:
    from deploy.cli.milestones import print_defaults
    from deploy.cli.rules.report import in_words, print_changes, total

    if invocation.as_json:
        return
    print_changes(invocation.out, changes)
    print_defaults(invocation.out, version.document)
    now = f"in force is {in_words(previous)}" if previous else "nothing is in force yet"
    invocation.out.note(f"{path} as version {version.version} makes {total(changes)}; {now}")


def _document(
    invocation: Invocation,
    path: Path,
    previous: RulesVersion | None,
    version: RulesVersion,
    changes: list[Change],
    lacking: list[Completeness],
    *,
    applied: bool,
) -> None:
    from deploy.cli.rules.report import version_document
    from schemas.milestones.by_default import by_default

    if not invocation.as_json:
        return
    invocation.out.document(
        {
            "file": str(path),
            "before": version_document(previous),
            "version": version.version,
            "applied": applied,
            "changes": [each.document() for each in changes],
            "by_default": [{"key": each.key, "says": each.says} for each in by_default(version.document)],
            "languages": [
                {
                    "language": each.language,
                    "file": str(each.file),
                    "texts": each.texts,
                    "missing": [".".join(need.path) for need in each.lacking],
                }
                for each in lacking
            ],
        }
    )


def _agreed(invocation: Invocation, version: RulesVersion) -> bool:
    """Ask, but only somebody who is there to answer."""
    if invocation.as_json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    return typer.confirm(f"Put version {version.version} into force?", err=True)


def _user() -> str | None:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container's user may have no name.
        return None
