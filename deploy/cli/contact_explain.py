"""`cairn contact explain ID`: why a contact was, or was not, celebrated."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.explain.facts import Facts


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn contact`."""
    verb(group, "explain")(explain)


def explain(
    invocation: Invocation,
    contact_id: Annotated[str, typer.Argument(metavar="ID", help="The contact's id, as in contact_id.")],
    limit: Annotated[int, typer.Option(min=0, help="How many celebrations to show, the newest; 0 shows all.")] = 10,
) -> Exit:
    """Explain why a contact was, or was not, celebrated: consent, crossings, decisions, attempts, and what waits.

    Read from Kafka, so it works while the workers run. Addresses are masked. What is not decided yet is weighed as
    the planner would weigh it now, by its own settings: give both the same. Where nothing is found in the contact's
    partition, the others are looked through. Exits with 1 when nothing is known of the contact.
    """
    from deploy.cli.explain.celebration import decisions_kept_ms
    from deploy.cli.explain.document import document_of
    from deploy.cli.explain.explanation import explain as put_together
    from deploy.cli.explain.facts import read_facts
    from deploy.cli.explain.screen import show
    from stream.planner.timings import timing_of

    settings = invocation.loaded().settings
    now_ms = time.time_ns() // 1_000_000
    facts = read_facts(invocation.clients(settings), settings, contact_id, now_ms)
    if not facts.known:
        raise _unknown(facts)
    explanation = put_together(facts, now_ms, decisions_kept_ms(settings), timing_of(settings))
    if invocation.as_json:
        invocation.out.document(document_of(explanation))
    else:
        show(invocation.out, explanation, limit)
    return Exit.OK


def _unknown(facts: Facts) -> CairnError:
    return CairnError(
        f"nothing is known of contact {facts.contact_id!r}",
        where=f"partition {facts.tracker.partition} of the topics, and the newest records of the others",
        fix="check the id (it is case-sensitive); `cairn dlq list` shows events that were rejected",
        exit=Exit.FINDINGS,
    )
