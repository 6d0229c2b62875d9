"""`cairn contact change ID CHANGE`: what happened to a contact, as a fact that stays."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.destination import destination
from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from schemas.contact_change import ContactChange

_COMMAND = "the command line of `cairn contact change`"
_DIGITS = 19
"""Of the largest number that a record may hold."""


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn contact`."""
    verb(group, "change")(change)


def change(
    invocation: Invocation,
    contact_id: Annotated[str, typer.Argument(metavar="ID", help="The contact's id, as in contact_id.")],
    what: Annotated[
        str,
        typer.Argument(
            metavar="CHANGE",
            help="unsubscribe, resubscribe, mute, complaint, hard_bounce, dead_endpoint, dead_token or new_endpoint.",
        ),
    ],
    channel: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Of unsubscribe and resubscribe: email, web_push or mobile_push; every one if not given.",
            show_default=False,
        ),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="The dead endpoint or token, or the address that bounced; only its digest is written.",
            show_default=False,
        ),
    ] = None,
    digest: Annotated[
        str | None, typer.Option(metavar="HEX", help="Its SHA-256, instead of --target.", show_default=False)
    ] = None,
    browser: Annotated[
        str | None,
        typer.Option(
            metavar="JSON", help="Of new_endpoint: the browser's PushSubscription, as JSON.", show_default=False
        ),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Why, for the record; nothing personal, it is kept.", show_default=False),
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When: RFC 3339, or epoch milliseconds; now if not given.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check it, show it, and write nothing.")] = False,
) -> Exit:
    """Write a change of a contact: key and partition follow from the id.

    A word of the contact holds against every profile that is written later, until a `resubscribe` or a profile with a
    later consent_email_at; a dead place until it has left the profile and comes again. It is checked first, as the
    workers will check it. Without configured brokers, the `cairn demo` or `cairn broker` that runs on this machine is
    used. Returns when the brokers have acknowledged it.

    cairn contact change c-1 unsubscribe --channel email
    """
    from deploy.cli.write_record import RecordWriter
    from schemas.topics import CONTACT_CHANGES

    if what == "erase":
        raise _unfit("an erasure is more than a change", f"cairn contact erase {contact_id}")
    now_ms = time.time_ns() // 1_000_000
    fields: dict[str, Any] = {
        "schema_version": 1,
        "contact_id": contact_id,
        "change": what,
        "at": _moment(at) if at is not None else now_ms,
        "channel": channel.replace("-", "_") if channel is not None else None,
        "digest": _digest(what, target, digest),
        "web_push_target": _browser(browser),
        "reason": reason,
    }
    value = _encoded({name: each for name, each in fields.items() if each is not None})
    found = _checked(value, now_ms)
    if dry_run:
        _report(invocation, found, value, None)
        return Exit.OK
    settings, whose = destination(invocation)
    clients = invocation.clients(settings)
    topic = settings.prefixed(CONTACT_CHANGES)
    writer = RecordWriter(clients, topic, again="the same change twice is one")
    written = writer.write(found.change, topic, contact_id.encode(), value)
    place = {"topic": topic, "partition": written.partition, "offset": written.offset}
    _report(invocation, found, value, place, f" at {clients.address}{whose}")
    return Exit.OK


def _moment(text: str) -> str | int:
    """Epoch milliseconds, if these are digits that may be some; Python refuses to turn thousands of them."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else text


def _digest(what: str, target: str | None, digest: str | None) -> str | None:
    from schemas.target_digest import address_digest, target_digest

    if target is None:
        return digest
    if not target.strip():
        raise _unfit("--target is empty", "give the dead endpoint or token, or the address that bounced")
    if digest is not None:
        raise _unfit("--target and --digest say the same thing", "give one of them")
    return address_digest(target) if what == "hard_bounce" else target_digest(target)


def _browser(text: str | None) -> Any:
    import msgspec

    if text is None:
        return None
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise _unfit(f"--browser is no JSON: {error}", "give what PushSubscription.toJSON() returns") from error


def _encoded(fields: dict[str, Any]) -> bytes:
    import msgspec

    try:
        return msgspec.json.encode(fields)
    except UnicodeEncodeError as error:
        raise _unfit("an argument is no UTF-8 text", "write it in UTF-8") from error


def _checked(value: bytes, now_ms: int) -> ContactChange:
    """See that no worker will refuse what is written."""
    from typing import get_args

    from deploy.cli.events.line_record import LineRecord
    from deploy.cli.events.ndjson import Line
    from schemas.channel import CHANNELS
    from schemas.contact_change import Change, ContactChange, DoubtfulChange, read_change
    from schemas.reject_codes import CODES

    verdict = read_change(LineRecord(Line(1, value), now_ms), now_ms)
    if isinstance(verdict, DoubtfulChange):
        verdict = verdict.fault  # obeyed there; here its date can still be mended
    if isinstance(verdict, ContactChange):
        return verdict
    # The first step of the pointer is the field, and each field is an argument here.
    field = verdict.pointer.removeprefix("/").partition("/")[0]
    cures = {
        "change": f"one of {', '.join(each for each in get_args(Change) if each != 'erase')}",
        "channel": f"--channel is {', '.join(CHANNELS)}, and of unsubscribe and resubscribe alone",
        "digest": "give --target or --digest to hard_bounce, dead_endpoint and dead_token, and to no other",
        "web_push_target": "give what PushSubscription.toJSON() returns to --browser, with new_endpoint alone",
        "reason": "say it in at most 1,024 characters",
    }
    raise _unfit(f"{verdict.code} at /{field}: {verdict.message}", cures.get(field, CODES[verdict.code].cure))


def _report(
    invocation: Invocation, found: ContactChange, value: bytes, place: dict[str, Any] | None, where: str = ""
) -> None:
    import msgspec

    out = invocation.out
    if invocation.as_json:
        out.document({"record": msgspec.json.decode(value), "written": place})
    elif place is None:
        out.facts(msgspec.json.decode(value).items())
        out.note("it would be let in; nothing was written")
    else:
        position = f"{place['partition']}:{place['offset']}"
        out.line(f"{found.change} of {found.contact_id} -> {place['topic']} {position}{where}")


def _unfit(what: str, fix: str) -> CairnError:
    return CairnError(what, where=_COMMAND, fix=fix, exit=Exit.USAGE)
