"""`cairn topics plan`: what apply would create and change."""

from __future__ import annotations

import time

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.text import counted
from deploy.cli.topics.difference import Remedy
from deploy.cli.topics.options import Roles
from deploy.cli.verb import verb
from stream.runtime.exits import Exit


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn topics`."""
    verb(group, "plan")(plan)


def plan(invocation: Invocation, role: Roles = None) -> Exit:
    """Show what `cairn topics apply` would create, change and delete; changes nothing.

    A topic that keeps its records for longer than Cairn asks for is as it should be. Exits with 3 when there is
    something that apply refuses to do, or does only with --allow-deletion.
    """
    from deploy.cli.topic_admin import TopicAdmin
    from deploy.cli.topics.loss import losses
    from deploy.cli.topics.report import ALLOW_DELETION, document, print_differences
    from deploy.cli.topics.wanted import found_differences

    settings = invocation.loaded().settings
    clients = invocation.clients(settings)
    wanted, found = found_differences(settings, TopicAdmin(clients), role or ())
    lost = losses(clients, wanted, found, time.time_ns() // 1_000_000)
    refused = any(each.remedy is Remedy.REFUSED for each in found)
    if invocation.as_json:
        invocation.out.document(document(wanted, found, lost))
    elif found:
        print_differences(invocation, found, lost)
        created = sum(each.remedy is Remedy.CREATE for each in found)
        altered = len({each.topic for each in found if each.remedy in (Remedy.ALTER, Remedy.DELETE)})
        flag = f" {ALLOW_DELETION}" if lost else ""
        does = "`cairn topics apply` would change nothing" if refused else f"`cairn topics apply{flag}` does it"
        invocation.out.note(f"{counted(created, 'topic')} to create, {altered} to alter at {clients.address}; {does}")
    else:
        invocation.out.line(f"Nothing to do: all {len(wanted)} topics at {clients.address} are as they should be.")
    return Exit.DRIFT if refused or lost else Exit.OK
