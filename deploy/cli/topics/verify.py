"""`cairn topics verify`: are the topics as the roles need them?"""

from __future__ import annotations

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.text import counted
from deploy.cli.topics.options import Roles
from deploy.cli.verb import verb
from stream.runtime.exits import Exit


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn topics`."""
    verb(group, "verify")(verify)


def verify(invocation: Invocation, role: Roles = None) -> Exit:
    """Check that every topic is there and set as it must be.

    Looks at partition counts, replication, cleanup, retention and sizes, whether changelogs hold their beginning, and
    whether the topics are those that the states were written with.

    Exits with 3 when something that the work rests on differs. A topic that keeps its records for longer than asked
    for, or is compressed otherwise, is not.
    """
    from deploy.cli.topic_admin import TopicAdmin
    from deploy.cli.topics.difference import Remedy
    from deploy.cli.topics.heads import lost_heads
    from deploy.cli.topics.identities import other_identities
    from deploy.cli.topics.report import cure_of, document, print_differences
    from deploy.cli.topics.wanted import found_differences

    settings = invocation.loaded().settings
    clients = invocation.clients(settings)
    wanted, found = found_differences(settings, TopicAdmin(clients), role or ())
    found += [*lost_heads(clients, wanted), *other_identities(clients, settings, role or ())]
    faults = [each for each in found if each.fault]
    if invocation.as_json:
        invocation.out.document({"ok": not faults, **document(wanted, found)})
    elif faults:
        print_differences(invocation, found)
        told = any(each.remedy is Remedy.REFUSED for each in faults)
        cure = "what is refused above needs your hand" if told else cure_of(faults, role or ())
        invocation.out.note(f"the topics at {clients.address} are not as they should be; {cure}")
    else:
        invocation.out.line(f"All {len(wanted)} topics at {clients.address} are as they should be.")
        if found:
            invocation.out.note(
                f"{counted(len(found), 'config')} that nothing rests on {'is' if len(found) == 1 else 'are'} not as "
                "your settings ask for; `cairn topics plan` shows which"
            )
    return Exit.DRIFT if faults else Exit.OK
