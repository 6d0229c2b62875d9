"""`cairn events validate`: would the tracker let these events in?"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.events.ndjson import lines, name_of, source_or_stdin
from deploy.cli.invocation import Invocation
from deploy.cli.text import counted
from deploy.cli.verb import verb
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.events.rejected_line import RejectedLine

SourceArgument = Annotated[
    str | None,
    typer.Argument(metavar="[FILE|-]", help="One JSON event on each line; - is standard input.", show_default=False),
]


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn events`."""
    verb(group, "validate")(validate)


def validate(
    invocation: Invocation,
    source: SourceArgument = None,
    milestones: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The milestones file; by default tracker.milestones, if it is there.",
            show_default=False,
        ),
    ] = None,
) -> Exit:
    """Check events before they are sent, by the tracker's own rules, settings and metrics.

    Exits with 1 when one would be rejected, or lose a field. The metrics are those of the milestones file: a sum over a
    property rejects an event that lacks it. Each event is judged as the first of its contact. Names that no metric
    counts are told.

    The key and the partition are the producer's part and are not checked here; `cairn doctor` looks at those.
    """
    from deploy.cli.events.line_record import LineRecord
    from deploy.cli.events.metrics import metrics_of_file
    from deploy.cli.events.verdicts import Verdicts

    tracker = invocation.loaded().settings.tracker
    source = source_or_stdin(source)
    file = milestones or tracker.milestones
    metrics = metrics_of_file(file, _now_ms()) if milestones is not None or file.exists() else None
    verdicts = Verdicts(tracker.door_limits, metrics)
    found: list[RejectedLine] = []
    total = 0
    for line in lines(source):
        now_ms = _now_ms()
        total += 1
        fault = verdicts.on(line.number, LineRecord(line, now_ms), now_ms)
        if fault is not None:
            found.append(fault)
            if not invocation.as_json:
                print_rejected(invocation, source, fault)
    if invocation.as_json:
        invocation.out.document(
            {
                "source": source,
                "events": total,
                "rejected": [fault.document() for fault in found],
                "milestones": metrics.source if metrics is not None else None,
                "uncounted": dict(verdicts.uncounted),
            }
        )
        return Exit.FINDINGS if found else Exit.OK
    if found:
        invocation.out.note(f"{len(found):,} of {counted(total, 'event')} would be rejected")
    else:
        invocation.out.line(f"{counted(total, 'event')} in {name_of(source)}: all would be let in.")
    for remark in verdicts.remarks():
        invocation.out.note(remark)
    if metrics is None:
        invocation.out.note(f"not judged by metrics: there is no milestones file {file} (--milestones FILE names one)")
    return Exit.FINDINGS if found else Exit.OK


def print_rejected(invocation: Invocation, source: str | None, fault: RejectedLine) -> None:
    """The fault with its place in the file, where an editor can jump to it, and the cure."""
    at = f" at {fault.pointer}" if fault.pointer else ""
    place = f"{source}:{fault.line}: " if source is not None else ""
    invocation.out.line(f"{place}{fault.code}{at}: {fault.message}")
    invocation.out.hint(fault.hint)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
