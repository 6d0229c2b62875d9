"""`cairn contact put FILE|-`: profiles to the topic, all checked before the first is sent."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.destination import destination
from deploy.cli.events.ndjson import name_of, source_or_stdin
from deploy.cli.events.validate import print_rejected
from deploy.cli.invocation import Invocation
from deploy.cli.text import counted
from deploy.cli.verb import verb
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.profiles import Judged
    from deploy.cli.sender import Sender


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn contact`."""
    verb(group, "put")(put)


def put(
    invocation: Invocation,
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE|-]",
            help="One profile as a JSON object, or one on each line; - is standard input.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the profiles, and send nothing.")] = False,
) -> Exit:
    """Write profiles of contacts: key and partition follow from contact_id.

    Each replaces the contact's last one whole. All are checked first, as the workers will check them; with a mistake in
    one none is sent, and the exit code is 1. Without configured brokers, the `cairn demo` or `cairn broker` that runs
    on this machine is used. Returns when the brokers have acknowledged every profile.

    cairn contact put ada.json
    """
    from deploy.cli.profiles import judge, profiles

    source = source_or_stdin(source)
    judged = judge(profiles(source), time.time_ns() // 1_000_000)
    if judged.rejected or dry_run:
        _report_check(invocation, source, judged)
        return Exit.FINDINGS if judged.rejected else Exit.OK
    _send(invocation, judged)
    return Exit.OK


def _send(invocation: Invocation, judged: Judged) -> None:
    from deploy.cli.sender import Sender
    from schemas.topics import CONTACTS

    settings, whose = destination(invocation)
    clients = invocation.clients(settings)
    again = "the last profile of a contact is all that counts"
    sender = Sender(clients, settings.prefixed(CONTACTS), what="profiles", again=again)
    for record in judged.records:
        sender.send(record)
    sender.finish()
    _report_sent(invocation, sender, judged, f"{sender.topic} at {clients.address}{whose}")


def _report_check(invocation: Invocation, source: str, judged: Judged) -> None:
    out = invocation.out
    if invocation.as_json:
        out.document(
            {
                "to": None,
                "profiles": len(judged.records),
                "sent": 0,
                "first": [],
                "rejected": [each.document() for each in judged.rejected],
                "remarks": judged.remarks,
            }
        )
        return
    for fault in judged.rejected:
        print_rejected(invocation, source, fault)
    total = counted(len(judged.records), "profile")
    if judged.rejected:
        out.note(f"{counted(len(judged.rejected), 'mistake')} in {total}; nothing was sent")
    else:
        out.line(f"{total} in {name_of(source)}: all would be let in; nothing was sent")
    _remark(invocation, judged)


def _report_sent(invocation: Invocation, sender: Sender, judged: Judged, where: str) -> None:
    out = invocation.out
    if invocation.as_json:
        out.document(
            {
                "to": where,
                "profiles": len(judged.records),
                "sent": sender.count,
                "first": [each.document() for each in sender.first],
                "rejected": [],
                "remarks": judged.remarks,
            }
        )
        return
    if sender.count == len(sender.first):
        for each in sender.first:
            out.line(f"{each.contact} -> {each.position}")
    out.line(f"{counted(sender.count, 'profile')} sent to {where}")
    _remark(invocation, judged)


def _remark(invocation: Invocation, judged: Judged) -> None:
    for remark in judged.remarks:
        invocation.out.note(remark)
