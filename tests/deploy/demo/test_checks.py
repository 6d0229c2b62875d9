"""Each check fails for what it is there for, and for nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest

from deploy.demo.audit import Balance
from deploy.demo.checks import Evidence, check, verdict
from deploy.demo.kill import Kill
from deploy.demo.ledger import Identity, Place
from deploy.demo.mailbag import Tally
from deploy.demo.people import SLEEPER
from deploy.demo.reacted import Reactions
from deploy.demo.spoken import Spoken
from deploy.demo.story import Visit
from schemas.channel import CHANNELS
from schemas.milestone_crossed import Kind

KILL = Kill(1, 10, 5.0, frozenset({0}), waiting=7, marks={0: 9}, new_pid=11, back_after=1.4)
EACH = dict.fromkeys(CHANNELS, 5)
IDENTITY = Identity("c-1", "documents-10", 1)
REACTED = Reactions(crossings=40, handled=40, again=2, killed=20, back=21)
TRUE = Evidence(
    sent=100,
    acknowledged=100,
    read=99,
    repeats=3,
    balance=Balance(40, 40),
    kills=[KILL],
    ends=[["ok"], ["sigkill", "ok"]],
    mistakes=1,
    refused={Place(0, 4): "wrong_type"},
    letters={Place(0, 4): ["wrong_type"]},
    visit=Visit(("cairn", "events", "send"), 0, "1 event sent"),
    guest_reached=True,
    kinds=frozenset(get_args(Kind)),
    tally=Tally(EACH, EACH),
    undecided=[SLEEPER],
    sleeper="documents-1000  email  later: at 08:00, quiet hours",
    hero=frozenset(CHANNELS),
    spoken=Spoken({"en": 9, "fr": 4, "ar": 1}),
    reactions=REACTED,
)


def failed(evidence: Evidence) -> list[str]:
    return [each.name for each in check(evidence) if not each.ok]


def test_a_true_story_passes() -> None:
    """And says so in its last line."""
    assert not failed(TRUE)
    assert [*verdict(check(TRUE))][-1] == "all 11 checks passed"


@pytest.mark.parametrize(
    ("lie", "name"),
    [
        ({"acknowledged": 99}, "every event arrived"),
        ({"read": 98}, "every event arrived"),
        ({"balance": Balance(40, 39, lost=(IDENTITY,))}, "every crossing once"),
        ({"balance": Balance(40, 40, twice=(IDENTITY,))}, "every crossing once"),
        ({"balance": Balance(40, 40, unexpected=(IDENTITY,))}, "every crossing once"),
        ({"balance": Balance()}, "every crossing once"),
        ({"kinds": frozenset({"count"})}, "every kind of milestone"),
        ({"kills": [], "ends": [["ok"], ["ok"]]}, "a worker was killed"),
        ({"kills": [replace(KILL, waiting=0)]}, "worker 1 killed and back"),
        ({"kills": [replace(KILL, back_after=None)]}, "worker 1 killed and back"),
        ({"kills": [replace(KILL, new_pid=None)]}, "worker 1 killed and back"),
        ({"ends": [["ok"], ["ok"]]}, "the tracker stopped in order"),
        ({"ends": [["ok"], ["sigkill", "sigkill"]]}, "the tracker stopped in order"),
        ({"ends": [["ok"], ["sigkill"]]}, "the tracker stopped in order"),
        ({"letters": {}}, "broken events set aside"),
        ({"letters": {Place(0, 4): ["wrong_type", "wrong_type"]}}, "broken events set aside"),
        ({"letters": {Place(0, 5): ["wrong_type"]}}, "broken events set aside"),
        ({"letters": {Place(0, 4): ["internal_error"]}}, "broken events set aside"),
        ({"visit": None}, "your own event counts"),
        ({"visit": Visit(("cairn",), 4, "error: no broker")}, "your own event counts"),
        ({"guest_reached": False}, "your own event counts"),
        ({"tally": Tally(EACH, EACH, missing=("email to a",))}, "every message once, with consent"),
        ({"tally": Tally(EACH, EACH, repeated=("email to a",))}, "every message once, with consent"),
        ({"tally": Tally(EACH, EACH, unasked=("email to a",))}, "every message once, with consent"),
        ({"tally": Tally(EACH, EACH, decided_twice=("x on email",))}, "every message once, with consent"),
        ({"tally": Tally(EACH, EACH | {"email": 0})}, "every message once, with consent"),
        ({"hero": frozenset({"email"})}, "every message once, with consent"),
        ({"spoken": Spoken({"en": 9, "fr": 4, "ar": 0})}, "each message in its language"),
        ({"spoken": Spoken({"en": 9})}, "each message in its language"),
        (
            {"spoken": Spoken({"en": 9, "fr": 4}, wrong=("email to a: it is in en",))},
            "each message in its language",
        ),
        ({"reactions": Reactions()}, "every crossing had its reaction"),
        ({"reactions": replace(REACTED, missing=("x",))}, "every crossing had its reaction"),
        ({"reactions": replace(REACTED, strange=("x",))}, "every crossing had its reaction"),
        ({"reactions": replace(REACTED, killed=None)}, "every crossing had its reaction"),
        ({"reactions": replace(REACTED, back=None)}, "every crossing had its reaction"),
        ({"undecided": ["c-1001"]}, "nobody is woken at night"),
        ({"sleeper": "documents-1000  email  sent"}, "nobody is woken at night"),
    ],
)
def test_what_is_not_true_is_said(lie: dict[str, Any], name: str) -> None:
    """One thing wrong, one check failed, and the verdict names it."""
    evidence = replace(TRUE, **lie)
    assert failed(evidence) == [name]
    lines = [*verdict(check(evidence))]
    assert any(line.startswith(f"  FAIL  {name}") for line in lines)
    assert lines[-1] == f"1 of {len(lines) - 1} checks failed"
