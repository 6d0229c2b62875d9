"""`cairn contact erase ID`: a person is to be forgotten."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deploy.cli.remains import Remains
    from deploy.cli.write_record import Written


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn contact`."""
    verb(group, "erase")(erase)


def erase(
    invocation: Invocation,
    contact_id: Annotated[str, typer.Argument(metavar="ID", help="The contact's id, as in contact_id.")],
    reason: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Why, for the record; nothing personal, it is kept.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask. Asked is only on a terminal.")] = False,
) -> Exit:
    """Erase a contact: counters, milestones, timers and profile. It cannot be taken back.

    Later events of the contact are dropped until a profile says that it signed up anew. Says what will still exist in
    Kafka, and for how long. Returns when the brokers have acknowledged; the workers obey within moments.
    """
    from deploy.cli.erasure import write_erasure
    from deploy.cli.remains import remains_of
    from deploy.cli.topic_admin import TopicAdmin
    from schemas.contact_change import ContactChange

    _check(contact_id, reason)
    settings = invocation.loaded().settings
    clients = invocation.clients(settings)
    remains = remains_of(settings, TopicAdmin(clients))
    if not invocation.as_json:
        _announce(invocation, contact_id, remains)
    change = ContactChange(contact_id=contact_id, change="erase", at=time.time_ns() // 1_000_000, reason=reason)
    if not (yes or _agreed(invocation, contact_id)):
        invocation.out.note("nothing was erased")
        return Exit.FINDINGS
    written = write_erasure(clients, settings, change)
    _report(invocation, contact_id, change.at_ms, written, remains)
    return Exit.OK


def _check(contact_id: str, reason: str | None) -> None:
    """See that no worker will refuse what is written."""
    import msgspec

    from schemas.contact_change import ContactChange
    from schemas.limits import ID_BYTES
    from schemas.usage_event import CONTROL

    try:
        size = len(contact_id.encode())
        msgspec.convert({"contact_id": contact_id, "change": "erase", "at": 0, "reason": reason}, ContactChange)
    except (UnicodeEncodeError, msgspec.ValidationError):
        size = 0
    if 0 < size <= ID_BYTES and not CONTROL.search(contact_id):
        return
    raise CairnError(
        "this cannot be the id of a contact, or the reason is longer than 1,024 characters",
        where="the command line of `cairn contact erase`",
        fix=f"give the id as it stands in contact_id: 1 to {ID_BYTES} bytes without control characters",
        exit=Exit.USAGE,
    )


def _announce(invocation: Invocation, contact_id: str, remains: Sequence[Remains]) -> None:
    out = invocation.out
    out.line(f"erases contact {contact_id}: its counters, milestones, timers and profile", style="bold")
    out.line()
    rows = [(each.topic, each.what, each.how_long) for each in remains]
    out.table(("STILL THERE", "WHAT", "HOW LONG"), rows)
    out.line()


def _agreed(invocation: Invocation, contact_id: str) -> bool:
    """Ask, but only somebody who is there to answer."""
    from deploy.cli.text import printable

    if invocation.as_json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    return typer.confirm(f"Erase contact {printable(contact_id)} for good?", err=True)


def _report(
    invocation: Invocation, contact_id: str, at_ms: int, written: Sequence[Written], remains: Sequence[Remains]
) -> None:
    from deploy.cli.text import moment

    if invocation.as_json:
        invocation.out.document(
            {
                "contact_id": contact_id,
                "erased_at": moment(at_ms),
                "written": [each.document() for each in written],
                "remains": [each.document() for each in remains],
            }
        )
        return
    for each in written:
        invocation.out.line(f"{each.what} -> {each.topic} {each.position}")
    invocation.out.note(f"erased as of {moment(at_ms)}; `cairn contact show` says when a worker has done it")
