"""`cairn topics apply`: create and set the topics."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.text import counted
from deploy.cli.topics.difference import Difference, Remedy, WantedTopic
from deploy.cli.topics.options import Roles
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.topic_admin import TopicAdmin

_SEEN_WITHIN = 20.0
_LOOK_EVERY = 0.1


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn topics`."""
    verb(group, "apply")(apply)


def apply(
    invocation: Invocation,
    role: Roles = None,
    allow_deletion: Annotated[
        bool,
        typer.Option("--allow-deletion", help="Also make changes that delete records, as a shorter retention."),
    ] = False,
) -> Exit:
    """Create the topics that are missing and set the configs that differ.

    Never changes the partition count of a topic that state rests on, and what deletes records only with
    --allow-deletion: else it changes nothing at all, and exits with 3 and the reason. A topic that keeps its records
    for longer than Cairn asks for stays as it is.
    """
    from deploy.cli.topic_admin import TopicAdmin
    from deploy.cli.topics.loss import losses
    from deploy.cli.topics.report import ALLOW_DELETION, document, print_differences
    from deploy.cli.topics.wanted import found_differences

    settings = invocation.loaded().settings
    clients = invocation.clients(settings)
    admin = TopicAdmin(clients)
    roles = role or ()
    wanted, found = found_differences(settings, admin, roles)
    lost = losses(clients, wanted, found, time.time_ns() // 1_000_000)
    unasked = bool(lost) and not allow_deletion
    refused = unasked or any(each.remedy is Remedy.REFUSED for each in found)
    if not refused:
        mend(admin, wanted, found)
        _await_seen(lambda: found_differences(settings, admin, roles)[1], clients.address)
    if invocation.as_json:
        invocation.out.document({"applied": not refused, **document(wanted, found, lost)})
    elif refused:
        print_differences(invocation, found, lost)
        invocation.out.note(
            f"nothing was changed: {ALLOW_DELETION} lets records go" if unasked else "nothing was changed"
        )
    elif found:
        print_differences(invocation, found, lost)
        invocation.out.note(f"done at {clients.address}: {counted(len(found), 'change')}")
    else:
        invocation.out.line(f"Nothing to do: all {len(wanted)} topics at {clients.address} are as they should be.")
    return Exit.DRIFT if refused else Exit.OK


def _await_seen(differences: Callable[[], Sequence[Difference]], address: str) -> None:
    """Wait until the brokers show what their controller has accepted, so that the next command finds it so."""
    deadline = time.monotonic() + _SEEN_WITHIN
    while left := differences():
        if time.monotonic() > deadline:
            raise CairnError(
                f"the brokers accepted the changes but do not show them yet: {left[0].topic}: {left[0].what}",
                where=f"brokers {address}",
                fix="wait a moment, then `cairn topics verify`",
                exit=Exit.DRIFT,
            )
        time.sleep(_LOOK_EVERY)


def mend(admin: TopicAdmin, wanted: Sequence[WantedTopic], found: Sequence[Difference]) -> None:
    """Do what the differences ask for. Running it again after a failure goes on where it stopped."""
    topics = {topic.name: topic for topic in wanted}
    altered: dict[str, dict[str, str]] = {}
    for each in found:
        topic = topics[each.topic]
        if each.remedy is Remedy.CREATE:
            admin.create(topic.name, topic.partitions, topic.replication or -1, topic.config)
        elif each.what == "partitions":
            admin.add_partitions(topic.name, topic.partitions)
        else:
            altered.setdefault(topic.name, {})[each.what] = each.wanted
    for name, config in altered.items():
        admin.configure(name, config)
