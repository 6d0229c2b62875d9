"""Differences for people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from deploy.cli.rules.change import Change, Field, Kind
from deploy.cli.text import counted, moment

if TYPE_CHECKING:
    from deploy.cli.output import Output
    from schemas.rules import RulesVersion

_SIGNS = {Kind.ADDED: ("+", "green"), Kind.CHANGED: ("~", "yellow"), Kind.REMOVED: ("-", "red")}


def print_changes(out: Output, changes: Iterable[Change]) -> None:
    """One line for each difference, below it what differs and what follows."""
    for change in changes:
        sign, style = _SIGNS[change.kind]
        about = f": {change.summary}" if change.summary else ""
        out.line(f"{sign} {change.subject} {change.name}{about}", style)
        for field in change.fields:
            out.hint(_words(field))
        for remark in change.remarks:
            out.hint(remark)
        if change.past is not None:
            out.hint(change.past.words)


def total(changes: list[Change]) -> str:
    """`3 changes: 1 added, 2 removed`."""
    kinds = [(kind, sum(each.kind is kind for each in changes)) for kind in Kind]
    return f"{counted(len(changes), 'change')}: " + ", ".join(f"{number:,} {kind}" for kind, number in kinds if number)


def in_words(version: RulesVersion) -> str:
    """`version 7, applied 2026-11-20T14:41:07Z by anna`."""
    by = f" by {version.applied_by}" if version.applied_by else ""
    return f"version {version.version}, applied {moment(version.applied_ms)}{by}"


def version_document(version: RulesVersion | None) -> dict[str, Any] | None:
    """A version for --json, without what it says."""
    if version is None:
        return None
    return {
        "version": version.version,
        "applied_at": moment(version.applied_ms),
        "applied_by": version.applied_by,
        "digest": version.adoption.digest,
    }


def _words(field: Field) -> str:
    return f"{field.name}: {_value(field.before)} -> {_value(field.after)}"


def _value(value: Any) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
