"""What a state can go on with in other topics: the evidence in, a decision with every obstacle out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schemas.errors import CairnError
from stream.engine.acceptance import Source, State, StateEvidence, beginning, decide, end, kept
from stream.engine.changelog import Positions
from stream.engine.cluster import Span
from stream.engine.identity import Layout
from stream.engine.topology import Input
from stream.runtime.exits import Exit
from tests.contracts.tally import CHANGELOG, IN, OUT, tally_topology

MORE = "more"
TOPOLOGY = tally_topology((Input(MORE, dead_letters="more-dlq"),))
OLD = {topic: f"old {topic}" for topic in TOPOLOGY.known}
PATH = Path("/state/0/2")


def state(lead: int = 5, *, whole: bool = True, **change: Any) -> State:
    known: dict[str, Any] = {"partitions": dict.fromkeys(TOPOLOGY.topics, 4), "topic_ids": OLD, "partition": 2}
    return State(Positions({IN: lead, MORE: 3}, **{**known, **change}), whole)


def evidence(**change: Any) -> StateEvidence:
    usual: dict[str, Any] = {
        "span": Span(0, 9),
        "inputs": {IN: Span(0, 8), MORE: Span(0, 8)},
        "committed": {IN: 5},
        "changelog": state(),
    }
    return StateEvidence(2, **{**usual, **change})


def now(*anew: str, partitions: int = 4) -> Layout:
    return Layout(OLD | {topic: f"new {topic}" for topic in anew}, partitions)


def test_a_state_that_fits_needs_nothing() -> None:
    """Asked by somebody who is careful."""
    found = decide(TOPOLOGY, now(), evidence())
    assert (found.source, found.changed, found.faults) == (Source.CHANGELOG, False, ())


@pytest.mark.parametrize("topic", [OUT, CHANGELOG, "in-dlq", "more-dlq"])
def test_what_is_only_written_to_is_taken_as_it_is(topic: str) -> None:
    """Positions stay; the ids are to be written."""
    found = decide(TOPOLOGY, now(topic), evidence())
    assert (found.changed, found.faults, found.offsets) == (True, (), {IN: 5, MORE: 3})


@pytest.mark.parametrize(("start", "offset"), [(beginning, 1), (end, 8), (kept, 5)])
def test_an_input_that_is_another_topic_goes_on_where_it_is_told_to(start: Any, offset: int) -> None:
    """The other input stays where the state stands."""
    found = decide(TOPOLOGY, now(IN), evidence(inputs={IN: Span(1, 8), MORE: Span(0, 8)}, starts={IN: start}))
    assert (found.faults, found.offsets) == ((), {IN: offset, MORE: 3})


def test_an_input_that_is_another_topic_is_never_guessed_at() -> None:
    """Nor does a word for one input count for the other; a kept offset must be in the topic."""
    assert "in is another topic: say where" in decide(TOPOLOGY, now(IN), evidence(starts={MORE: end})).faults[0]
    short = {IN: Span(0, 4), MORE: Span(0, 8)}
    assert "holds 0 to 4" in decide(TOPOLOGY, now(IN), evidence(inputs=short, starts={IN: kept})).faults[0]
    assert "holds 0 to 4" in decide(TOPOLOGY, now(), evidence(inputs=short)).faults[0]


LOST: dict[str, tuple[dict[str, Any], str]] = {
    "truncated": ({"span": Span(4, 9)}, "was truncated: it begins at 4"),
    "a part": ({"changelog": state(whole=False)}, "holds a part of the state only"),
    "empty": ({"changelog": None, "span": Span(0, 0)}, "holds no state, though offsets were committed"),
}


@pytest.mark.parametrize("kind", LOST)
def test_a_whole_store_stands_in_for_a_changelog_that_is_not(kind: str) -> None:
    """And without one the state is lost, with the reason."""
    change, why = LOST[kind]
    found = decide(TOPOLOGY, now(CHANGELOG), evidence(**change, store=state(7), path=PATH))
    assert (found.source, found.path, found.offsets, found.faults) == (Source.STORE, PATH, {IN: 7, MORE: 3}, ())
    assert found.changed
    for store in (None, state(7, whole=False)):
        found = decide(TOPOLOGY, now(CHANGELOG), evidence(**change, store=store, path=store and PATH))
        assert found.source is Source.LOST
        assert why in found.faults[0]


@pytest.mark.parametrize("change", [{"committed": {IN: 6}}, {"changelog": state(6, whole=False)}])
def test_a_store_older_than_what_was_committed_is_no_state(change: dict[str, Any]) -> None:
    """What came after it was said already, and would be said again."""
    usual = {"changelog": None, "store": state(5), "path": PATH}
    found = decide(TOPOLOGY, now(CHANGELOG), evidence(**{**usual, **change}))
    assert found.source is Source.LOST
    assert "older than what was committed: in 5 < 6" in found.faults[0]


def test_a_partition_in_which_nothing_ever_was_begins_as_ever() -> None:
    """A quiet partition of a young system is no fault."""
    found = decide(TOPOLOGY, now(), evidence(span=Span(0, 0), changelog=None, committed={}))
    assert (found.source, found.changed, found.faults) == (Source.NOTHING, False, ())


def test_another_partition_or_count_is_an_obstacle() -> None:
    """No word of an operator makes a contact's row move."""
    assert "state of partition 3" in decide(TOPOLOGY, now(), evidence(changelog=state(partition=3))).faults[0]
    assert "in had 4 partitions, now it has 6" in decide(TOPOLOGY, now(partitions=6), evidence()).faults[0]


def test_the_state_of_a_release_without_ids_is_bound() -> None:
    """It knows no topics, so none is another one."""
    found = decide(TOPOLOGY, now(), evidence(changelog=state(topic_ids={}, partition=None)))
    assert (found.changed, found.faults, found.offsets) == (True, (), {IN: 5, MORE: 3})


def test_a_state_of_topics_with_other_names_is_not_taken_for_one_of_these() -> None:
    """All was mirrored under another prefix: what it says of positions would be passed over, and all counted again."""
    others = Positions({"other-in": 5}, {}, {}, 2)
    found = decide(TOPOLOGY, now(), evidence(changelog=State(others, whole=True)))
    assert not found.changed
    (fault,) = found.faults
    assert "positions in topics of other names: other-in" in fault

    with pytest.raises(CairnError, match="positions in other-in") as refused:
        others.check(TOPOLOGY, now(), 2)
    assert refused.value.exit == Exit.DRIFT
    assert "set topics.prefix to what it was" in (refused.value.fix or "")
