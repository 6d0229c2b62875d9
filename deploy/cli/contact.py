"""`cairn contact show ID`: counters, milestones and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.contact_progress import Metric, Reached
    from deploy.cli.contact_state import ContactState
    from stream.core.erased import Erased


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn contact`."""
    verb(group, "show")(show)


def show(
    invocation: Invocation,
    contact_id: Annotated[str, typer.Argument(metavar="ID", help="The contact's id, as in contact_id.")],
) -> Exit:
    """Show what was counted for a contact, the milestones reached, and the next ones.

    Read from Kafka, so it works while the workers run. Exits with 1 when nothing is known of the contact. Of
    one that was erased it says when.
    """
    from deploy.cli.contact_progress import metrics_of, reached_of
    from deploy.cli.contact_state import read_contact
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
    if invocation.as_json:
        invocation.out.document(_json(contact_id, state, metrics, reached))
        return Exit.OK
    _print(invocation, contact_id, state, metrics, reached)
    return Exit.OK


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


def _json(contact_id: str, state: ContactState, metrics: list[Metric], reached: list[Reached]) -> dict[str, Any]:
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
            }
            for each in reached
        ],
    }


def _earlier(state: ContactState) -> dict[str, str]:
    """The end of the life before this one, if there was one."""
    from deploy.cli.text import moment

    return {} if state.erased is None else {"erased_at": moment(state.erased.at_ms)}


def _print(
    invocation: Invocation, contact_id: str, state: ContactState, metrics: list[Metric], reached: list[Reached]
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
    out.table(("REACHED", "TIMES", "AT", "CELEBRATED"), [_reached_row(each) for each in reached], right=("TIMES",))


def _reached_row(reached: Reached) -> tuple[str, int, str, str]:
    crossing = reached.crossing
    if crossing is None:
        return reached.milestone, reached.occurrence, "unknown", "unknown"
    celebrated = "yes" if crossing.celebrate else f"no: {crossing.not_celebrated_because}"
    return (
        reached.milestone,
        reached.occurrence,
        crossing.occurred_at,
        "no: holdout" if crossing.holdout else celebrated,
    )
