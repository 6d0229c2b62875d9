"""`cairn contact show ID`: counters, milestones and what comes next."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from deploy.cli.contact_progress import Metric, Reached
    from deploy.cli.contact_state import ContactState
    from deploy.cli.explain.celebration import Celebration
    from schemas.decision import Decision
    from schemas.receipt import Receipt
    from stream.core.erased import Erased
    from stream.runtime.settings import Settings


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn contact`."""
    verb(group, "show")(show)


def show(
    invocation: Invocation,
    contact_id: Annotated[str, typer.Argument(metavar="ID", help="The contact's id, as in contact_id.")],
) -> Exit:
    """Show what was counted for a contact, the milestones reached, and the next ones.

    A milestone counts as celebrated where a provider took a message; `cairn contact explain` says all of it. Read from
    Kafka, so it works while the workers run. Exits with 1 when nothing is known of the contact. Of
    one that was erased it says when.
    """
    from deploy.cli.contact_progress import metrics_of, reached_of
    from deploy.cli.contact_state import read_contact
    from deploy.cli.explain.celebration import celebrations_of, decisions_kept_ms
    from deploy.cli.rules_log import read_rules

    settings = invocation.loaded().settings
    clients = invocation.clients(settings)
    state = read_contact(clients, settings, contact_id)
    if state.row is None or state.adoption is None:
        if state.erased is None:
            raise _unknown(contact_id, state)
        _tell_erased(invocation, contact_id, state, state.erased)
        return Exit.OK
    versions = {each.version: each.document for each in read_rules(clients, settings).versions}
    metrics = metrics_of(state.row, state.adoption, versions.get(state.adoption.version))
    reached = reached_of(state.row, state.adoption, state.crossings)
    decisions, receipts = _what_became(clients, settings, contact_id)
    now_ms, kept_ms = time.time_ns() // 1_000_000, decisions_kept_ms(settings)
    found = celebrations_of(state.crossings, decisions, receipts, {}, now_ms, kept_ms)
    celebrations = {each.id: each for each in found}
    if invocation.as_json:
        invocation.out.document(_json(contact_id, state, metrics, reached, celebrations))
        return Exit.OK
    _print(invocation, contact_id, state, metrics, reached, celebrations)
    return Exit.OK


def _what_became(clients: Clients, settings: Settings, contact_id: str) -> tuple[Sequence[Decision], Sequence[Receipt]]:
    """The contact's decisions and receipts; none where no planner was set up, which makes their topics."""
    from deploy.cli.explain.facts import ContactRecords

    records = ContactRecords(clients, settings, contact_id.encode())
    try:
        return records.decisions(), records.receipts()
    except CairnError as error:
        if error.exit != Exit.DRIFT:
            raise
        return (), ()


def _unknown(contact_id: str, state: ContactState) -> CairnError:
    return CairnError(
        f"nothing was counted for contact {contact_id!r} so far",
        where=f"partition {state.partition} of the tracker's changelog",
        fix="check the id (it is case-sensitive); `cairn dlq list` shows events that were rejected",
        exit=Exit.FINDINGS,
    )


def _tell_erased(invocation: Invocation, contact_id: str, state: ContactState, erased: Erased) -> None:
    from deploy.cli.text import moment

    at = moment(erased.at_ms)
    if invocation.as_json:
        invocation.out.document({"contact_id": contact_id, "partition": state.partition, "erased_at": at})
        return
    invocation.out.line(f"contact {contact_id}, partition {state.partition}, was erased at {at}", style="bold")
    invocation.out.line("Its events are dropped until a profile has a later signed_up_at.")


def _json(
    contact_id: str,
    state: ContactState,
    metrics: list[Metric],
    reached: list[Reached],
    celebrations: Mapping[str, Celebration],
) -> dict[str, Any]:
    from deploy.cli.celebrated import celebrated
    from deploy.cli.contact_progress import about_of, metric_document

    assert state.adoption is not None and state.row is not None  # noqa: S101, PT018 - the caller has looked
    return {
        "contact_id": contact_id,
        "partition": state.partition,
        "rules_version": state.adoption.version,
        **about_of(state.row),
        **_earlier(state),
        "metrics": [metric_document(each) for each in metrics],
        "reached": [
            {
                "milestone": each.milestone,
                "occurrence": each.occurrence,
                "occurred_at": each.crossing and each.crossing.occurred_at,
                "celebrate": each.crossing and each.crossing.celebrate,
                "not_celebrated_because": each.crossing and each.crossing.not_celebrated_because,
                "celebrated": celebrated(each.crossing, celebrations.get(each.crossing.id) if each.crossing else None),
            }
            for each in reached
        ],
    }


def _earlier(state: ContactState) -> dict[str, str]:
    """The end of the life before this one, if there was one."""
    from deploy.cli.text import moment

    return {} if state.erased is None else {"erased_at": moment(state.erased.at_ms)}


def _print(
    invocation: Invocation,
    contact_id: str,
    state: ContactState,
    metrics: list[Metric],
    reached: list[Reached],
    celebrations: Mapping[str, Celebration],
) -> None:
    from deploy.cli.contact_progress import METRIC_COLUMNS, about_of, metric_cells

    assert state.adoption is not None and state.row is not None  # noqa: S101, PT018 - the caller has looked
    out = invocation.out
    out.line(f"contact {contact_id}, partition {state.partition}, rules version {state.adoption.version}", style="bold")
    about = about_of(state.row) | _earlier(state)
    if about:
        out.line(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in about.items()))
    out.line()
    out.table(METRIC_COLUMNS, [metric_cells(each) for each in metrics], right=("VALUE", "MARK"))
    out.line()
    if not reached:
        out.line("No milestone reached so far.")
        return
    rows = [_row(each, celebrations) for each in reached]
    out.table(("REACHED", "TIMES", "AT", "CELEBRATED"), rows, right=("TIMES",))


def _row(reached: Reached, celebrations: Mapping[str, Celebration]) -> tuple[str, int, str, str]:
    from deploy.cli.celebrated import UNKNOWN, celebrated

    crossing = reached.crossing
    if crossing is None:
        return reached.milestone, reached.occurrence, UNKNOWN, UNKNOWN
    told = celebrated(crossing, celebrations.get(crossing.id))
    return reached.milestone, reached.occurrence, crossing.occurred_at, told
