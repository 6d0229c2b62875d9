"""`cairn events validate`: would the tracker let these events in?"""

from __future__ import annotations

import time
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


def validate(invocation: Invocation, source: SourceArgument = None) -> Exit:
    """Check events before they are sent, by the tracker's own rules and settings.

    Exits with 1 when one would be rejected.

    The key and the partition are the producer's part and are not checked here; `cairn doctor` looks at those.
    """
    from deploy.cli.events.line_record import LineRecord
    from deploy.cli.events.rejected_line import rejected

    limits = invocation.loaded().settings.tracker.door_limits
    source = source_or_stdin(source)
    found: list[RejectedLine] = []
    total = 0
    for line in lines(source):
        now_ms = time.time_ns() // 1_000_000
        total += 1
        fault = rejected(line.number, LineRecord(line, now_ms), now_ms, limits)
        if fault is not None:
            found.append(fault)
            if not invocation.as_json:
                print_rejected(invocation, source, fault)
    if invocation.as_json:
        invocation.out.document({"source": source, "events": total, "rejected": [fault.document() for fault in found]})
    elif found:
        invocation.out.note(f"{len(found):,} of {counted(total, 'event')} would be rejected")
    else:
        invocation.out.line(f"{counted(total, 'event')} in {name_of(source)}: all would be let in.")
    return Exit.FINDINGS if found else Exit.OK


def print_rejected(invocation: Invocation, source: str | None, fault: RejectedLine) -> None:
    """The fault with its place in the file, where an editor can jump to it, and the cure."""
    at = f" at {fault.pointer}" if fault.pointer else ""
    place = f"{source}:{fault.line}: " if source is not None else ""
    invocation.out.line(f"{place}{fault.code}{at}: {fault.message}")
    invocation.out.hint(fault.hint)
