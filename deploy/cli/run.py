"""`cairn run`: checks what the workers rest on, then supervises them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.portal import portal
from deploy.cli.run_options import HttpPort
from deploy.cli.topics.verified import verify_topics
from deploy.cli.verb import verb
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
    verb(group, "portal")(portal)


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


def _run(
    invocation: Invocation,
    role: Literal["tracker", "planner"],
    workers: int | None,
    accept_gap: bool,
    http_port: str | None,
) -> Exit:
    from deploy.cli.worker import WorkerOrder
    from stream.runtime.logs import configure
    from stream.runtime.supervise import supervise

    options: dict[str, Any] = {
        f"{role}.workers": workers,
        f"{role}.accept_gap": True if accept_gap else None,
        "http.port": http_port,
        "log.format": "json" if invocation.as_json else None,
    }
    loaded = invocation.loaded(options)
    settings = loaded.settings
    verify_topics(invocation, settings)
    _tell_of_rules(invocation, settings)
    order = WorkerOrder(
        config=str(loaded.file.absolute()) if loaded.file else None,
        options={"kafka.bootstrap_servers": invocation.bootstrap, **options},
        role=role,
    )
    configure(settings.log)
    return supervise(settings, getattr(settings, role), lambda _index: order.command())


def _tell_of_rules(invocation: Invocation, settings: Settings) -> None:
    """Which rules the workers will count by; without any they would wait without a word."""
    from deploy.cli.rules_log import read_rules

    rules = read_rules(invocation.clients(settings), settings).in_force
    if rules is None:
        invocation.out.note("no milestones are in force yet: the workers wait for the first `cairn milestones apply`")
    else:
        invocation.out.note(f"version {rules.version} of the milestones is in force")
