"""Every code has its plain sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import pytest

from deploy.cli.explain.celebration import State
from deploy.cli.explain.reasons import OUTCOMES, WHY_NOT, WHY_NOT_CELEBRATED, outcome_of, why_not
from deploy.cli.explain.words import STATES
from schemas.decision import No
from schemas.milestone_crossed import Reason
from schemas.receipt import Outcome


@pytest.mark.parametrize(
    ("codes", "table"),
    [(No, WHY_NOT), (Outcome, OUTCOMES), (Reason, WHY_NOT_CELEBRATED), (State, STATES)],
    ids=["no", "outcome", "not celebrated", "state"],
)
def test_each_member_has_a_sentence_and_nothing_else_has(codes: Any, table: Mapping[str, str]) -> None:
    """A code that is added without its words fails here, not before a user."""
    assert set(table) == set(get_args(codes))
    assert len(set(table.values())) == len(table)
    assert all(each and not each.endswith(".") for each in table.values())


def test_the_reason_within_the_reason_is_said_too() -> None:
    """In words where it is known, as it stands where a later release gives one that is not."""
    assert why_not("consent", None) == WHY_NOT["consent"]
    assert why_not("not_celebrated", "backfill").endswith(": the event was marked as backfill")
    assert "no time at all" in why_not("stale", "no_opening")
    assert why_not("stale", "moon").endswith(": moon")
    assert outcome_of("expired", "suppressed").endswith(WHY_NOT["suppressed"])
    assert outcome_of("rejected", "suppressed").endswith(": suppressed")
    assert outcome_of("sent", None) == OUTCOMES["sent"]
