"""`cairn topics plan`: what apply would create and change."""

from __future__ import annotations

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.text import counted
from deploy.cli.topics.difference import Remedy
from deploy.cli.verb import verb
from stream.runtime.exits import Exit


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn topics`."""
    verb(group, "plan")(plan)


def plan(invocation: Invocation) -> Exit:
    """Show what `cairn topics apply` would create and change; changes nothing.

    Exits with 3 when there is something that apply refuses to do.
    """
    from deploy.cli.topic_admin import TopicAdmin
    from deploy.cli.topics.report import document, print_differences
    from deploy.cli.topics.wanted import found_differences

    settings = invocation.loaded().settings
    clients = invocation.clients(settings)
    wanted, found = found_differences(settings, TopicAdmin(clients))
    refused = any(each.remedy is Remedy.REFUSED for each in found)
    if invocation.as_json:
        invocation.out.document(document(wanted, found))
    elif found:
        print_differences(invocation, found)
        created = sum(each.remedy is Remedy.CREATE for each in found)
        altered = len({each.topic for each in found if each.remedy is Remedy.ALTER})
        does = "`cairn topics apply` would change nothing" if refused else "`cairn topics apply` does it"
        invocation.out.note(f"{counted(created, 'topic')} to create, {altered} to alter at {clients.address}; {does}")
    else:
        invocation.out.line(f"Nothing to do: all {len(wanted)} topics at {clients.address} are as they should be.")
    return Exit.DRIFT if refused else Exit.OK
