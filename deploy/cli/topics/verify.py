"""`cairn topics verify`: are the topics as the tracker needs them?"""

from __future__ import annotations

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from stream.runtime.exits import Exit


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn topics`."""
    verb(group, "verify")(verify)


def verify(invocation: Invocation) -> Exit:
    """Check that every topic is there and set as it must be.

    Looks at partition counts, replication, cleanup, retention and sizes. Exits with 3 when something differs.
    """
    from deploy.cli.topic_admin import TopicAdmin
    from deploy.cli.topics.report import document, print_differences
    from deploy.cli.topics.wanted import found_differences

    settings = invocation.loaded().settings
    clients = invocation.clients(settings)
    wanted, found = found_differences(settings, TopicAdmin(clients))
    if invocation.as_json:
        invocation.out.document({"ok": not found, **document(wanted, found)})
    elif found:
        print_differences(invocation, found)
        invocation.out.note(
            f"the topics at {clients.address} are not as they should be; `cairn topics apply` mends them"
        )
    else:
        invocation.out.line(f"All {len(wanted)} topics at {clients.address} are as they should be.")
    return Exit.DRIFT if found else Exit.OK
