"""`cairn run`: checks what the workers rest on, then supervises them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.portal import portal
from deploy.cli.reactions import reactions
from deploy.cli.role import Role
from deploy.cli.run_options import HttpPort
from deploy.cli.supervised import common_options, supervise_role
from deploy.cli.topics.verified import verify_topics
from deploy.cli.verb import verb
from schemas.channel import CHANNELS
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from stream.runtime.settings import Settings


AcceptGap = Annotated[
    bool, typer.Option("--accept-gap", help="Go on although retention deleted input that was never read.")
]


def register(group: typer.Typer) -> None:
    """Add the verbs to `cairn run`."""
    verb(group, "tracker")(tracker)
    verb(group, "planner")(planner)
    verb(group, "email")(email)
    verb(group, "web-push")(web_push)
    verb(group, "mobile-push")(mobile_push)
    verb(group, "portal")(portal)
    verb(group, "reactions")(reactions)


def tracker(
    invocation: Invocation,
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", help="Worker processes, a core each (tracker.workers).", show_default=False),
    ] = None,
    accept_gap: AcceptGap = False,
    http_port: HttpPort = None,
) -> Exit:
    """Run the tracker: usage events in, milestone-crossed out, exactly once.

    It counts by the milestones that `cairn milestones apply` has put into force, and goes over to newer ones while it
    runs; before the first it waits. Before any worker starts, the brokers and the topics are checked. A worker that
    dies is started again; SIGTERM or Ctrl-C drains them all.
    """
    return _run(invocation, "tracker", workers, accept_gap, http_port)


def planner(
    invocation: Invocation,
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", help="Worker processes, a core each (planner.workers).", show_default=False),
    ] = None,
    accept_gap: AcceptGap = False,
    http_port: HttpPort = None,
) -> Exit:
    """Run the planner: crossings, nudges and contacts in, decisions and deliveries out, exactly once.

    It decides for each crossing and channel, by consent, hours, cap and audience, under the rules that
    `cairn milestones apply` has put into force, asked again at every release.
    """
    return _run(invocation, "planner", workers, accept_gap, http_port)


def email(
    invocation: Invocation,
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", help="Worker processes, a core each (email.workers).", show_default=False),
    ] = None,
    http_port: HttpPort = None,
) -> Exit:
    """Run the email dispatcher: deliveries in, messages to your mail server, a receipt for each out.

    A mail server that is away is left alone for a while, and what it cannot take in time goes back to the planner. A
    worker that is killed sends again what was in flight, under the same Message-ID.
    """
    return _run(invocation, "email", workers, http_port=http_port)


def web_push(
    invocation: Invocation,
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", help="Worker processes, a core each (web_push.workers).", show_default=False),
    ] = None,
    http_port: HttpPort = None,
) -> Exit:
    """Run the web push dispatcher: deliveries in, encrypted messages to the browsers' push services, receipts out.

    A push service that is away is left alone for a while; the others go on. A worker that is killed sends again what
    was in flight, and the browser shows it in place of the first.
    """
    return _run(invocation, "web_push", workers, http_port=http_port)


def mobile_push(
    invocation: Invocation,
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", help="Worker processes, a core each (mobile_push.workers).", show_default=False),
    ] = None,
    http_port: HttpPort = None,
) -> Exit:
    """Run the mobile push dispatcher: deliveries in, messages to Firebase Cloud Messaging, a receipt for each out.

    While FCM is away messages wait, and then go back to the planner. A worker that is killed sends again what was in
    flight, and the phone shows it in place of the first.
    """
    return _run(invocation, "mobile_push", workers, http_port=http_port)


def _run(
    invocation: Invocation,
    role: Role,
    workers: int | None,
    accept_gap: bool = False,
    http_port: str | None = None,
) -> Exit:
    options = {
        f"{role}.workers": workers,
        f"{role}.accept_gap": True if accept_gap else None,
        **common_options(invocation, http_port),
    }
    loaded = invocation.loaded(options)
    settings = loaded.settings
    verify_topics(invocation, settings, role)
    if role not in CHANNELS:
        _tell_of_rules(invocation, settings)
    return supervise_role(invocation, loaded, options, role, getattr(settings, role))


def _tell_of_rules(invocation: Invocation, settings: Settings) -> None:
    """Which rules the workers will count by; without any they would wait without a word."""
    from deploy.cli.rules_log import read_rules

    rules = read_rules(invocation.clients(settings), settings).in_force
    if rules is None:
        invocation.out.note("no milestones are in force yet: the workers wait for the first `cairn milestones apply`")
    else:
        invocation.out.note(f"version {rules.version} of the milestones is in force")
