"""`cairn send-test`: does a celebration arrive, and how does it look there?"""

from __future__ import annotations

import time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deploy.cli.send_test.answer import Answer
    from deploy.cli.send_test.person import Person
    from schemas.channel import Channel
    from schemas.contact import Contact
    from schemas.milestones.number import Number
    from stream.core.celebration.verdict import Verdict
    from stream.runtime.settings import Settings

_SETTING = "send_test.allow"
_REWARD_KEY = "cairn send-test"
"""Codes made with it look like real ones and belong to no crossing, so nobody can cash one in."""
_NO = {
    "consent": "the profile does not agree to it (consent_email, web_push_subscription)",
    "muted": "the contact has muted everything",
    "suppressed": "the contact has unsubscribed or complained, or the address was found dead",
    "unreachable": "the profile has no address for it",
}


class ChannelName(StrEnum):
    """The channels as they are typed."""

    EMAIL = "email"
    WEB_PUSH = "web-push"
    MOBILE_PUSH = "mobile-push"


def register(app: typer.Typer) -> None:
    """Add the verb to `cairn`."""
    verb(app, "send-test")(send_test)


def send_test(
    invocation: Invocation,
    contact_id: Annotated[str, typer.Argument(metavar="CONTACT", help="The contact's id, as in contact_id.")],
    milestone: Annotated[str, typer.Option("--milestone", metavar="ID", help="Of the rules in force, drafts too.")],
    channel: Annotated[
        ChannelName | None,
        typer.Option("--channel", help="Instead of the first that reaches the contact.", show_default=False),
    ] = None,
    value: Annotated[
        str | None,
        typer.Option("--value", metavar="N", help="The number reached, instead of the threshold.", show_default=False),
    ] = None,
) -> Exit:
    """Send one celebration of a milestone to a contact of yours, marked as a test.

    Renderer, sender, profile and rules are the real ones; only the crossing is made up. Only contacts that
    send_test.allow names are written to, and only on channels that they agree to. Links in it work: one to unsubscribe
    does so.

    Writes to no topic, so nothing counts as celebrated. Exits with 0 when it was sent to every place of the channel, 1
    when not.
    """
    from deploy.cli.rules_log import rules_in_force
    from deploy.cli.send_test.person import read_person
    from deploy.cli.send_test.sending import make_marked_sender, send
    from deploy.rehearsal.crossing import made_up_crossing, milestone_named
    from stream.core.celebration.compose import delivery
    from stream.core.celebration.manner import Manner
    from stream.core.celebration.timing import Timing
    from stream.runtime.logs import configure

    settings = invocation.loaded().settings
    if not settings.send_test.allow:
        raise _nobody_allowed()
    number = _number(value)
    configure(settings.log)
    clients = invocation.clients(settings)
    now_ms = time.time_ns() // 1_000_000
    rules = rules_in_force(clients, settings)
    named = milestone_named(rules.document, milestone)
    person = read_person(clients, settings, contact_id, now_ms)
    _check_allowed(person.contact, settings)
    manner = Manner(rules.document, named.entry, _REWARD_KEY)
    crossing = made_up_crossing(rules.document, rules.version, named, person.contact, number, now_ms)
    verdict = _verdict(person, _wanted(channel, manner.channels))
    numbers = {} if crossing.metric is None else {crossing.metric: crossing.value}
    message = manner.composer.message(crossing, person.contact, numbers, ())
    sender = make_marked_sender(verdict.channel, settings)
    lease_ms = Timing().lease_ms
    handed = [
        delivery(crossing, verdict.channel, target, message, attempt=1, now_ms=now_ms, lease_ms=lease_ms)
        for target in verdict.targets
    ]
    answers = send(verdict.channel, sender, handed)
    return _tell(invocation, contact_id, milestone, answers)


def _number(text: str | None) -> Number | None:
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("nan")
    # An exponent makes a short text a number that no memory holds.
    if not number.is_finite() or len(text) > 40 or not -40 < number.adjusted() < 40:
        raise CairnError(f"{text!r} is no number", where="--value", fix="write it as 1000 or 12.50", exit=Exit.USAGE)
    return int(number) if number == number.to_integral_value() else number


def _check_allowed(contact: Contact, settings: Settings) -> None:
    allowed = settings.send_test.allow
    address = (contact.email or "").strip().lower()
    if contact.contact_id in allowed or (address and address in {each.lower() for each in allowed}):
        return
    raise CairnError(
        f"contact {contact.contact_id!r} may get no test messages",
        where=_SETTING,
        fix="add its id or its email address there, if it is one of yours: customers are never to get a test",
        exit=Exit.FINDINGS,
    )


def _nobody_allowed() -> CairnError:
    return CairnError(
        "nobody may get test messages yet",
        where=f"{_SETTING}, which is empty",
        fix="name contacts of yours there, by id or email address, as in CAIRN_SEND_TEST_ALLOW=c-1,ada@acme.example",
        exit=Exit.USAGE,
    )


def _wanted(channel: ChannelName | None, of_milestone: frozenset[Channel]) -> list[Channel]:
    from schemas.channel import CHANNELS

    if channel is None:
        return [each for each in CHANNELS if each in of_milestone]
    return [each for each in CHANNELS if each == channel.value.replace("-", "_")]


def _verdict(person: Person, channels: Iterable[Channel]) -> Verdict:
    """Return where it goes, on the first of the channels that reaches the contact."""
    from stream.core.celebration.reach import reach
    from stream.core.celebration.verdict import Verdict

    against = []
    for channel in channels:
        found = reach(person.contact, person.standing, channel)
        if found.because is None:
            return Verdict(channel, found.targets)
        against.append(f"{channel.replace('_', ' ')}: {_NO.get(found.because, found.because)}")
    raise CairnError(
        f"contact {person.contact.contact_id!r} cannot be reached; "
        + ("; ".join(against) or "the milestone uses no channel"),
        where="topics contacts and contact-changes",
        fix="correct the profile, write a resubscribe change, or choose another --channel",
        exit=Exit.FINDINGS,
    )


def _tell(invocation: Invocation, contact_id: str, milestone: str, answers: list[Answer]) -> Exit:
    code = Exit.OK if answers and all(each.is_sent for each in answers) else Exit.FINDINGS
    if invocation.as_json:
        invocation.out.document(
            {
                "contact_id": contact_id,
                "milestone": milestone,
                "ok": code is Exit.OK,
                "places": [each.document() for each in answers],
            }
        )
        return code
    for each in answers:
        invocation.out.line(f"{each.channel.replace('_', ' ')}: {each.result}", style=None if each.is_sent else "red")
        if each.cure:
            invocation.out.hint(f"-> {each.cure}")
    return code
