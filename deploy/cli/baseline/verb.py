"""`cairn baseline FILE.csv`: what contacts had done before their events came, imported in silence."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.text import counted
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.baseline.fault import Fault
    from deploy.cli.baseline.row import Row
    from deploy.cli.sender import Sender
    from schemas.milestones.document import Document
    from stream.runtime.settings import Settings

REFUSALS = "cairn dlq list --code baseline_too_late"


def register(app: typer.Typer) -> None:
    """Add the verb to `cairn`."""
    verb(app, "baseline")(baseline)


def baseline(
    invocation: Invocation,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help="With the columns contact_id, metric, value, as_of.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the file, and send nothing.")] = False,
) -> Exit:
    """Import what contacts had done before their events came; it is counted, and nobody is celebrated for it.

    Each line says that up to and including as_of (RFC 3339, or a date: the end of that day in UTC) the contact's metric
    was value. The metric is a count, a sum or a highest in force. The whole file is checked before the first line is
    sent; with a mistake in it nothing is, and the exit code is 1.
    """
    from deploy.cli.events.sender import event_sender
    from deploy.cli.rules_log import rules_in_force

    settings = invocation.loaded().settings
    # Before Kafka is asked anything: the most likely mistake is in the path.
    file.open("rb").close()
    clients = invocation.clients(settings)
    document = rules_in_force(clients, settings).document
    lines, faults = _check(invocation, file, document, settings)
    if faults or dry_run:
        _report_check(invocation, file, lines, faults)
        return Exit.FINDINGS if faults else Exit.OK
    sender = event_sender(clients, settings)
    _send(invocation, file, document, settings, sender, lines)
    _report_sent(invocation, file, sender, f"{sender.topic} at {clients.address}")
    return Exit.OK


def _check(invocation: Invocation, file: Path, document: Document, settings: Settings) -> tuple[int, list[Fault]]:
    """Return how many lines there are, and the bad ones, printed as they are found."""
    from deploy.cli.baseline.fault import Fault
    from deploy.cli.ticker import Ticker

    ticker = Ticker(invocation.out, lambda step: f"{counted(step, 'line')} of {file} checked")
    lines = 0
    faults: list[Fault] = []
    # Hashes, because a file may hold millions of lines: a false alarm is as good as impossible.
    seen: dict[int, int] = {}
    for row in _rows(file, document, settings):
        ticker.step()
        lines += 1
        if not isinstance(row, Fault):
            first = seen.setdefault(hash((row.contact_id, row.metric)), row.line)
            if first == row.line:
                continue
            row = Fault(
                row.line,
                f"contact {row.contact_id!r} has {row.metric} in line {first} already",
                "keep one line for each contact and metric, the latest",
            )
        faults.append(row)
        if not invocation.as_json:
            invocation.out.line(f"{file}:{row.line}: {row.what}")
            invocation.out.hint(row.fix)
    return lines, faults


def _rows(file: Path, document: Document, settings: Settings) -> Iterator[Row | Fault]:
    from deploy.cli.baseline.fault import Fault
    from deploy.cli.baseline.row import read_row
    from deploy.cli.baseline.sheet import entries

    limits = settings.tracker.door_limits
    for entry in entries(file):
        now_ms = time.time_ns() // 1_000_000
        yield entry if isinstance(entry, Fault) else read_row(entry, document, now_ms, limits)


def _send(
    invocation: Invocation, file: Path, document: Document, settings: Settings, sender: Sender, lines: int
) -> None:
    from deploy.cli.baseline.fault import Fault
    from deploy.cli.ticker import Ticker

    ticker = Ticker(invocation.out, lambda step: f"{step:,} of {counted(lines, 'baseline')} handed over")
    for row in _rows(file, document, settings):
        if isinstance(row, Fault):
            sender.finish()
            raise CairnError(
                f"the file was changed while it was sent: {row.what}",
                where=f"{file}:{row.line}",
                fix="leave it as it is and run this again: what was sent is not counted twice",
                exit=Exit.FINDINGS,
            )
        sender.send(row.record)
        ticker.step()
    sender.finish()


def _report_check(invocation: Invocation, file: Path, lines: int, faults: list[Fault]) -> None:
    out = invocation.out
    if invocation.as_json:
        out.document(
            {
                "file": str(file),
                "lines": lines,
                "ok": not faults,
                "faults": [each.document() for each in faults],
                "sent": 0,
            }
        )
    elif faults:
        out.note(f"{counted(len(faults), 'mistake')} in {counted(lines, 'line')} of {file}; nothing was sent")
    else:
        out.line(f"{file} is sound: {counted(lines, 'baseline')}; nothing was sent")


def _report_sent(invocation: Invocation, file: Path, sender: Sender, where: str) -> None:
    out = invocation.out
    if invocation.as_json:
        out.document(
            {
                "file": str(file),
                "lines": sender.count,
                "ok": True,
                "faults": [],
                "sent": sender.count,
                "to": where,
                "refusals": REFUSALS,
            }
        )
        return
    out.line(f"{counted(sender.count, 'baseline')} sent to {where}")
    out.note("sending the file again changes nothing; a later as_of replaces what was imported before")
    out.note(f"`{REFUSALS}` shows those whose as_of is not before the contact's first counted event")
