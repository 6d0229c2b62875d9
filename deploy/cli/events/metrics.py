"""The metrics that events are judged by before they are sent: those in force, or those of a milestones file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.errors import CairnError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from deploy.cli.clients import Clients
    from stream.core.rules import Rules
    from stream.runtime.settings import Settings


@dataclass(frozen=True)
class Metrics:
    """Compiled rules, and where they are from, in words."""

    rules: Rules
    source: str


def metrics_of_file(path: Path, now_ms: int) -> Metrics:
    """The metrics of a milestones file, as if it were applied at `now_ms`.

    Raises:
        CairnError: exit 2 when it cannot be read, exit 1 with its first mistake.
    """
    from deploy.cli.milestones_file import sound_milestones
    from stream.core.adoption import next_version
    from stream.core.rules import compile_rules

    _, document = sound_milestones(path)
    return Metrics(compile_rules(document, next_version(None, document, now_ms).adoption), str(path))


def metrics_in_force(clients: Clients, settings: Settings, now_ms: int, note: Callable[[str], None]) -> Metrics | None:
    """The metrics that the tracker counts by, or would by the milestones file if none are applied; None without either.

    An event is not held back because its milestones cannot be read: `note` is told, and there are none.
    """
    from deploy.cli.rules_log import read_rules
    from stream.core.rules import compile_rules

    try:
        version = read_rules(clients, settings).in_force
        if version is not None:
            return Metrics(compile_rules(version.document, version.adoption), "the milestones in force")
        file = settings.tracker.milestones
        return metrics_of_file(file, now_ms) if file.exists() else None
    except CairnError as error:
        note(f"not judged by metrics: {error.what}" + (f" ({error.where})" if error.where else ""))
        return None
