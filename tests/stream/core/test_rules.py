"""`compile_rules`: what is left out, and what is refused."""

from __future__ import annotations

import pytest

from stream.core.adoption import adopt
from stream.core.rules import compile_rules
from tests.stream.core.samples import counting, document


def test_rules_and_adoption_must_belong_together() -> None:
    """Numbers of another document would mix up counters."""
    with pytest.raises(ValueError, match="does not belong"):
        compile_rules(counting(2), adopt(None, counting(1), 0))


def test_an_event_finds_every_metric_that_is_counted_from_it() -> None:
    """A streak beside a count: each has its own number, and the milestones on it."""
    metrics = {"days": {"streak": "days", "from": "used"}, "uses": {"count": "events", "from": ["used", "opened"]}}
    rules_document = document(metrics, [{"id": "week", "when": {"days": 7}}, {"id": "ten", "when": {"uses": 10}}])
    rules = compile_rules(rules_document, adopt(None, rules_document, 0))
    plan = rules.plan("used")
    assert plan is not None
    assert [(step.metric, step.slot) for step in plan.steps] == [("days", 0), ("uses", 1)]
    assert set(rules.goals) == {"week", "ten"}
    assert rules.plan("opened") is not None


def test_a_metric_without_milestones_is_counted_all_the_same() -> None:
    """Audiences may ask for it, and a milestone may come."""
    rules_document = counting()
    assert compile_rules(rules_document, adopt(None, rules_document, 0)).plan("used") is not None
