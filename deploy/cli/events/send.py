"""`cairn events send`: usage events to the topic, checked before and acknowledged after."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.destination import destination
from deploy.cli.events.ndjson import Line, lines, source_or_stdin
from deploy.cli.events.validate import SourceArgument, print_rejected
from deploy.cli.invocation import Invocation
from deploy.cli.text import counted
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.events.rejected_line import RejectedLine
    from deploy.cli.events.verdicts import Verdicts
    from deploy.cli.sender import Sender
    from stream.runtime.settings import Settings


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn events`."""
    verb(group, "send")(send)


def send(
    invocation: Invocation,
    source: SourceArgument = None,
    contact: Annotated[str | None, typer.Option(metavar="ID", help="Whom it concerns.", show_default=False)] = None,
    event: Annotated[str | None, typer.Option(metavar="NAME", help="What happened.", show_default=False)] = None,
    value: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="How much of it; 1 if not given.", show_default=False)
    ] = None,
    properties: Annotated[
        list[str] | None,
        typer.Option("--property", metavar="K=V", help="A property; V is JSON if it can be, else text. Repeatable."),
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When: RFC 3339, or epoch milliseconds; now if not given.")
    ] = None,
    event_id: Annotated[
        str | None, typer.Option("--id", help="Its id; made up if not given.", show_default=False)
    ] = None,
    event_source: Annotated[
        str | None, typer.Option("--source", help="Who says so; with the id its identity.", show_default=False)
    ] = None,
    backfill: Annotated[bool, typer.Option("--backfill", help="Count it, never celebrate it.")] = False,
    time_zone: Annotated[
        str | None,
        typer.Option(
            metavar="ZONE", help="Of the device, such as America/Toronto: its days count.", show_default=False
        ),
    ] = None,
    unchecked: Annotated[bool, typer.Option("--unchecked", help="Send even what the tracker will reject.")] = False,
) -> Exit:
    """Send usage events: one by options, or many from a file or a pipe with one JSON object on each line.

    An event that the tracker would reject, by its door or by the metrics in force, is reported and not sent; one with a
    name that no metric counts is sent, with a warning. Without configured brokers, the `cairn demo` or `cairn broker`
    that runs on this machine is used. Returns when the brokers have acknowledged every event.

    cairn events send --contact c-1 --event project_created --property plan=team
    """
    options = {
        "contact_id": contact,
        "event": event,
        "value": value,
        "properties": properties,
        "at": at,
        "id": event_id,
        "source": event_source,
        "backfill": backfill or None,
        "time_zone": time_zone,
    }
    given = {name: option for name, option in options.items() if option}
    if given and source is not None:
        raise _usage("give either a file or options for one event, not both")
    if not given:
        source = source_or_stdin(source)
    events = _one(given) if source is None else lines(source)
    settings, whose = destination(invocation)
    return _send_all(invocation, settings, whose, source, events, unchecked=unchecked)


def _one(given: dict[str, Any]) -> Iterator[Line]:
    from deploy.cli.events.composed import compose

    for name, option in (("contact_id", "--contact"), ("event", "--event")):
        if name not in given:
            raise _usage(f"{option} is missing")
    return iter([Line(1, compose(given, lambda: f"cli-{uuid.uuid4()}"))])


def _send_all(
    invocation: Invocation,
    settings: Settings,
    whose: str,
    source: str | None,
    events: Iterator[Line],
    *,
    unchecked: bool,
) -> Exit:
    from deploy.cli.events.line_record import LineRecord
    from deploy.cli.events.metrics import metrics_in_force
    from deploy.cli.events.sender import event_sender
    from deploy.cli.events.verdicts import Verdicts

    clients = invocation.clients(settings)
    sender = event_sender(clients, settings)
    now_ms = time.time_ns() // 1_000_000
    metrics = None if unchecked else metrics_in_force(clients, settings, now_ms, invocation.out.note)
    verdicts = Verdicts(settings.tracker.door_limits, metrics)
    faults: list[RejectedLine] = []
    for line in events:
        now_ms = time.time_ns() // 1_000_000
        record = LineRecord(line, now_ms)
        fault = None if unchecked else verdicts.on(line.number, record, now_ms)
        if fault is None:
            sender.send(record)
        else:
            faults.append(fault)
            if not invocation.as_json:
                print_rejected(invocation, source, fault)
    sender.finish()
    _report(invocation, sender, faults, verdicts, f"{sender.topic} at {settings.kafka.bootstrap_servers}{whose}")
    return Exit.FINDINGS if faults else Exit.OK


def _report(invocation: Invocation, sender: Sender, faults: list[RejectedLine], verdicts: Verdicts, where: str) -> None:
    from deploy.cli.events.sender import event_document, event_id

    out = invocation.out
    if invocation.as_json:
        out.document(
            {
                "to": where,
                "sent": sender.count,
                "first": [event_document(each) for each in sender.first],
                "rejected": [fault.document() for fault in faults],
                "uncounted": dict(verdicts.uncounted),
            }
        )
        return
    if sender.count == len(sender.first):
        for each in sender.first:
            out.line(f"{each.contact or '(no key)'} {event_id(each) or ''} -> {each.position}")
    if sender.count or not faults:
        out.line(f"{counted(sender.count, 'event')} sent to {where}")
    if faults:
        out.note(f"{counted(len(faults), 'event')} not sent")
    for remark in verdicts.remarks():
        out.note(remark)


def _usage(what: str) -> CairnError:
    return CairnError(
        what,
        where="the command line of `cairn events send`",
        fix="as in: cairn events send --contact c-1 --event project_created",
        exit=Exit.USAGE,
    )
