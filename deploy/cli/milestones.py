"""`cairn milestones check FILE`: every mistake at once, or the milestones that the file stands for, and advice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from deploy.cli.file_argument import FileArgument
from deploy.cli.invocation import Invocation
from deploy.cli.text import counted
from deploy.cli.verb import verb
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.output import Output
    from schemas.milestones.document import Document
    from schemas.milestones.expand import Milestone
    from schemas.milestones.problem import Problem
    from templates.mistake import Mistake


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn milestones`."""
    verb(group, "check")(check)


def check(invocation: Invocation, file: FileArgument = None) -> Exit:
    """Check a milestones file and list every mistake in it with its place and cure. Exits with 1 when there is one.

    A sound file is shown as the milestones that it stands for, ladders expanded, with what holds by default. Advice
    on what would make them matter more is noted below and never fails the check. Where `templates.folder` is set, the
    templates in it are checked too, and that those which the file names are there. Where `templates.languages` names
    several, what one of them lacks is a mistake, one for its file where it is much; `cairn languages add` writes it
    there. Works without Kafka.
    """
    from deploy.cli.milestones_file import read_milestones
    from deploy.cli.milestones_templates import (
        advice_on_wording,
        mistakes_in,
        plural_problems,
        undrawable_texts,
        unknown_templates,
    )

    settings = invocation.loaded().settings
    path, folder = file or settings.tracker.milestones, settings.templates.folder
    _, found = read_milestones(path)
    document = None if isinstance(found, list) else found
    problems: list[Problem | Mistake] = [*mistakes_in(settings.templates, document)]
    unknown = [] if isinstance(found, list) else unknown_templates(found, folder)
    if isinstance(found, list):
        problems = [*found, *problems]
    else:
        problems = [*(unknown if folder else ()), *plural_problems(settings.templates, found), *problems]
    if problems or isinstance(found, list):
        report_problems(invocation, path, problems)
        return Exit.FINDINGS
    undrawable = undrawable_texts(settings.templates, found)
    _report_document(invocation, path, found, unknown, undrawable, advice_on_wording(settings.templates, found))
    return Exit.OK


def report_problems(invocation: Invocation, path: Path, problems: Sequence[Problem | Mistake]) -> None:
    """Print every mistake in the file, and in own templates, with its place and cure."""
    from templates.mistake import Mistake

    out = invocation.out
    if invocation.as_json:
        out.document({"file": str(path), "ok": False, "problems": [_problem(problem) for problem in problems]})
        return
    for problem in problems:
        out.line(f"{problem.where}: {problem.message}")
        if problem.hint:
            out.hint(problem.hint)
    elsewhere = any(isinstance(problem, Mistake) for problem in problems)
    out.note(counted(len(problems), "mistake") + ("" if elsewhere else f" in {path}"))


def _report_document(
    invocation: Invocation,
    path: Path,
    document: Document,
    unknown: list[Problem],
    undrawable: list[Problem],
    wording: list[Problem],
) -> None:
    from deploy.cli.condition_words import when
    from schemas.milestones.by_default import by_default
    from schemas.milestones.expand import expand
    from schemas.milestones.lint import lint

    milestones, notes = expand(document), [*lint(document), *undrawable]
    out = invocation.out
    if invocation.as_json:
        out.document(
            {
                "file": str(path),
                "ok": True,
                "milestones": [_milestone(document, each) for each in milestones],
                "by_default": [{"key": each.key, "says": each.says} for each in by_default(document)],
                "notes": [_problem(problem) for problem in notes],
                "wording": [_problem(problem) for problem in wording],
                "templates_not_looked_for": [each.where for each in unknown],
            }
        )
        return
    rows = [(each.id, when(each), each.entry.tier, each.entry.status) for each in milestones]
    out.table(("MILESTONE", "WHEN", "TIER", "STATUS"), rows)
    print_defaults(out, document)
    said = sorted((*notes, *wording), key=lambda problem: problem.position)
    if said:
        out.line()
    for problem in said:
        out.line(f"{problem.where}: note: {problem.message}")
        if problem.hint:
            out.hint(problem.hint)
    for problem in unknown:
        out.note(f"{problem.where}: {problem.message} among the shipped ones, and templates.folder is not set")
    out.note(f"{path} is sound: {counted(len(milestones), 'milestone')} on {counted(len(document.metrics), 'metric')}")


def print_defaults(out: Output, document: Document) -> None:
    """Print what holds though the file does not say it."""
    from schemas.milestones.by_default import by_default

    found = by_default(document)
    if found:
        out.line()
    for each in found:
        out.line(f"by default: {each.says}")


def _problem(problem: Problem | Mistake) -> dict[str, Any]:
    from templates.mistake import Mistake

    if isinstance(problem, Mistake):
        where = {"where": problem.where, "line": problem.line, "column": None}
        return where | {"message": problem.message, "hint": problem.hint or None, "severity": "error"}
    return {
        "where": problem.where,
        "line": problem.position.line,
        "column": problem.position.column,
        "message": problem.message,
        "hint": problem.hint or None,
        "severity": problem.severity.value,
    }


def _milestone(document: Document, milestone: Milestone) -> dict[str, Any]:
    from deploy.cli.condition_words import exact, when

    metric = document.metrics.get(milestone.metric) if milestone.metric else None
    return {
        "id": milestone.id,
        "when": when(milestone),
        "metric": milestone.metric,
        "kind": metric.kind.value if metric else None,
        "threshold": exact(milestone.threshold),
        "every": exact(milestone.every),
        "tier": milestone.entry.tier,
        "status": milestone.entry.status,
    }
