"""The README's sample of `contact explain` is what the command says, of the README's own milestones file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cli.contact_state import ContactState
from deploy.cli.explain.celebration import DECISIONS_KEPT_MS
from deploy.cli.explain.explanation import explain
from deploy.cli.explain.facts import Facts
from deploy.cli.explain.planner_state import PlannerState
from deploy.cli.explain.screen import show
from deploy.cli.output import Output
from schemas.decision import decode_decision
from schemas.milestones.expand import expand
from schemas.moment import parse_rfc3339
from schemas.receipt import decode_receipt
from schemas.rules import RulesLog
from schemas.topics import CELEBRATION_DECISIONS, DELIVERY_RECEIPTS, MILESTONE_RULES
from stream.core.celebration.subject import decode_subject
from stream.planner.kept import subject_key
from stream.planner.topology import PEOPLE, PROFILES, SUBJECTS
from tests.stream.planner.played import Played, read

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
(RULES,) = re.findall(r"^```yaml\n(version: 1\nproduct: \{name: Acme Boards.*?)^```$", README, re.MULTILINE | re.DOTALL)
(SAMPLE,) = re.findall(r"^cairn contact explain c-1\n```\n\n(.*?)\n\n(?=\S)", README, re.MULTILINE | re.DOTALL)
REACHED = re.compile(r"    (\S+), reached at (\S+) with ([\d,]+)")
SENT = re.compile(r"\(250 2\.0\.0, smtp\.acme\.example, (\S+)\)")


@pytest.fixture
def played() -> Iterator[Played]:
    match = REACHED.match(SAMPLE)
    assert match is not None
    with Played(RULES, start_ms=parse_rfc3339(match[2])) as driver:
        driver.run()
        yield driver


def test_the_sample_of_explain_is_true(played: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """Its milestone is one of the file above it; what became of it is what the planner makes of such a contact."""
    heading, sent = REACHED.match(SAMPLE), SENT.search(SAMPLE)
    assert heading is not None
    assert sent is not None
    name, value = heading[1], int(heading[3].replace(",", ""))
    (milestone,) = [each for each in expand(read(RULES)) if each.id == name]
    assert milestone.every == value

    played.profile(web_push_subscription=False, web_push_targets=[], fcm_key=[], locale="en")
    played.run()
    crossing = played.crossed(name, threshold=value, tier=milestone.entry.tier)
    played.run()
    # What is said at once waits for what may come with it; then it goes.
    played.advance(parse_rfc3339(sent[1]) - played.now_ms)
    played.run()
    (delivery,) = played.deliveries()
    played.receipt(delivery, "sent", code="250 2.0.0", provider="smtp.acme.example")
    played.run()

    show(Output(), explain(facts_of(played, crossing), played.now_ms, DECISIONS_KEPT_MS), 1)

    said = capsys.readouterr().out
    told = " ".join(said[said.index(f"{name}, reached at") :].split())
    assert told == " ".join(SAMPLE.split())


def facts_of(played: Played, crossing: object) -> Facts:
    """What `contact explain` would read from the topics."""
    row = played.row(PEOPLE, "c-1")
    subjects = {
        each.id: decode_subject(played.row(SUBJECTS, subject_key(b"c-1", each.id)), is_nudge=each.is_nudge)
        for each in row.waiting
    }
    log = RulesLog()
    for record in played.outputs(MILESTONE_RULES):
        log.take(record.value())
    assert log.in_force is not None
    rules = log.in_force
    return Facts(
        contact_id="c-1",
        tracker=ContactState(0, None, None, (crossing,)),  # type: ignore[arg-type]
        planner=PlannerState(row, played.row(PROFILES, "c-1"), subjects),
        rules=rules,
        counted_by=rules.document,
        events=[],
        nudges=[],
        changes=[],
        decisions=[decode_decision(each.value() or b"") for each in played.outputs(CELEBRATION_DECISIONS)],
        receipts=[decode_receipt(each.value() or b"") for each in played.outputs(DELIVERY_RECEIPTS)],
        letters=[],
        misplaced=[],
    )
