"""`cairn milestones show`: the milestones in force, or those of an earlier version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from schemas.milestones.expand import Milestone
    from schemas.rules import RulesLog, RulesVersion


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn milestones`."""
    verb(group, "show")(show)


def show(
    invocation: Invocation,
    version: Annotated[
        int | None,
        typer.Option("--version", metavar="N", min=1, help="An earlier version.", show_default=False),
    ] = None,
) -> Exit:
    """Show the milestones in force: since when, by whom, and when each was first applied.

    Read from Kafka: what the workers go by, whatever a file says.
    """
    from deploy.cli.rules_log import read_rules, rules_in_force

    settings = invocation.loaded().settings
    clients = invocation.clients(settings)
    if version is None:
        found = newest = rules_in_force(clients, settings)
    else:
        log = read_rules(clients, settings)
        found, newest = _of(log, version), log.versions[-1]
    if invocation.as_json:
        invocation.out.document(_json(found, newest))
    else:
        _print(invocation, found, newest)
    return Exit.OK


def _of(log: RulesLog, version: int) -> RulesVersion:
    for each in log.versions:
        if each.version == version:
            return each
    newest = log.in_force
    raise CairnError(
        f"there is no version {version} of the milestones",
        where="the command line of `cairn milestones show`, --version",
        fix=f"there are versions 1 to {newest.version}"
        if newest
        else "none was applied so far: `cairn milestones apply`",
        exit=Exit.USAGE,
    )


def _print(invocation: Invocation, version: RulesVersion, newest: RulesVersion) -> None:
    from deploy.cli.condition_words import when
    from deploy.cli.rules.report import in_words
    from deploy.cli.text import moment
    from schemas.milestones.expand import expand

    out = invocation.out
    state = "in force" if version is newest else f"version {newest.version} is in force now"
    out.line(f"{in_words(version)}; {state}", style="bold")
    out.line()
    metrics = [
        (
            name,
            metric.kind,
            ", ".join(metric.from_),
            moment(version.adoption.metric(name, metric.kind).counted_since_ms),
        )
        for name, metric in version.document.metrics.items()
    ]
    out.table(("METRIC", "KIND", "FROM", "COUNTED SINCE"), metrics)
    out.line()
    rows = [
        (each.id, when(each), each.entry.tier, each.entry.status, _first(version, each, "never"))
        for each in expand(version.document)
    ]
    out.table(("MILESTONE", "WHEN", "TIER", "STATUS", "FIRST APPLIED"), rows)


def _json(version: RulesVersion, newest: RulesVersion) -> dict[str, Any]:
    from deploy.cli.condition_words import exact, when
    from deploy.cli.rules.report import version_document
    from deploy.cli.text import moment
    from schemas.milestones.expand import expand

    return {
        **(version_document(version) or {}),
        "in_force": version is newest,
        "metrics": [
            {
                "name": name,
                "kind": metric.kind.value,
                "from": [*metric.from_],
                "first_applied_at": moment(version.adoption.metric(name, metric.kind).first_applied_ms),
                "counted_since": moment(version.adoption.metric(name, metric.kind).counted_since_ms),
            }
            for name, metric in version.document.metrics.items()
        ],
        "milestones": [
            {
                "id": each.id,
                "when": when(each),
                "metric": each.metric,
                "threshold": exact(each.threshold),
                "every": exact(each.every),
                "tier": each.entry.tier,
                "status": each.entry.status,
                "first_applied_at": _first(version, each, None),
            }
            for each in expand(version.document)
        ],
    }


def _first(version: RulesVersion, milestone: Milestone, never: str | None) -> str | None:
    from deploy.cli.text import moment

    first_ms = version.adoption.milestone(milestone.id).first_applied_ms
    return never if first_ms is None else moment(first_ms)
