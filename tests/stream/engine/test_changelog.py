"""Positions and labels: what a state says of itself, and when a local copy cannot be trusted (rules 2, 9 and 15)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from schemas.errors import CairnError
from stream.engine.changelog import LABEL_KEY, POSITIONS_KEY, Label, Positions, Stale, stale
from stream.engine.identity import Layout
from stream.engine.topology import FIRST_PREFIX, Formats, Input
from stream.runtime.exits import Exit
from tests.contracts.tally import tally_topology

FORMATS = Formats(reads=frozenset({1, 2}), writes=1)
HALF_RETENTION = 302_400_000
LABEL = Label(topic_id="T", partitions=12, format=1, reached=99, written_at_ms=1_000_000, partition=4)


def test_positions_come_back_behind_a_format_byte() -> None:
    """What was encoded, with the byte of the format that is written."""
    positions = Positions({"in": 7, "contacts": 3}, {"in": 12}, {"in": "id"}, 4)
    data = positions.encode(FORMATS)
    assert data[0] == 1
    assert Positions.decode(data, FORMATS) == positions


def test_positions_of_a_newer_format_are_refused() -> None:
    """Exit 3 and the release to run, not a guess."""
    data = b"\x03" + Positions({}, {}).encode(FORMATS)[1:]
    with pytest.raises(CairnError, match="format 3; this release reads 1, 2") as refused:
        Positions.decode(data, FORMATS)
    assert refused.value.exit == Exit.DRIFT


def test_positions_of_a_release_that_knew_no_ids_are_read() -> None:
    """What it wrote fits every topic, so that an upgrade goes on."""
    old = b"\x01" + msgspec.msgpack.encode({"offsets": {"in": 7}, "partitions": {"in": 12}})
    read = Positions.decode(old, FORMATS)
    assert read == Positions({"in": 7}, {"in": 12}, {}, None)
    read.check(tally_topology(), Layout({each: each for each in tally_topology().known}, 12), 3)


TOPOLOGY = tally_topology((Input("contacts", table=True, dead_letters="contacts-dlq"), Input("rules", broadcast=True)))
IDS = {topic: f"id of {topic}" for topic in TOPOLOGY.known}


@pytest.mark.parametrize(
    ("topic", "what"),
    [
        ("in", "input in was deleted and made anew"),
        ("contacts", "input contacts was deleted and made anew"),
        ("rules", "broadcast topic rules was deleted and made anew"),
        ("out", "output out was deleted and made anew"),
        ("in-dlq", "dead-letter topic in-dlq was deleted and made anew"),
        ("contacts-dlq", "dead-letter topic contacts-dlq was deleted and made anew"),
        ("tally-changelog", "changelog tally-changelog was deleted and made anew"),
    ],
)
def test_positions_of_a_topic_that_was_made_anew_are_refused(topic: str, what: str) -> None:
    """Rule 22, for every topic that is read or written: exit 3, what the topic is, and what to do."""
    positions = Positions({"in": 7}, {}, IDS, 4)
    positions.check(TOPOLOGY, Layout(IDS, 12), 4)
    with pytest.raises(CairnError, match=what) as refused:
        positions.check(TOPOLOGY, Layout(IDS | {topic: "another id"}, 12), 4)
    assert refused.value.exit == Exit.DRIFT
    assert "cairn topics accept" in (refused.value.fix or "")


def test_every_topic_of_a_topology_has_an_identity() -> None:
    """None is left out of what the positions remember."""
    declared = {each.topic for each in TOPOLOGY.inputs} | {each.dead_letters for each in TOPOLOGY.inputs}
    assert {*TOPOLOGY.known} == (declared | {*TOPOLOGY.outputs, TOPOLOGY.changelog}) - {None}


def test_positions_of_another_partition_are_refused() -> None:
    """Rule 22: a changelog that was copied with another partitioner holds other contacts' rows."""
    with pytest.raises(CairnError, match="partition 5 of tally-changelog holds the rows of partition 4") as refused:
        Positions({}, {}, IDS, 4).check(TOPOLOGY, Layout(IDS, 12), 5)
    assert refused.value.exit == Exit.DRIFT


def test_positions_of_another_partition_count_are_refused() -> None:
    """Rule 10: a contact counted in two partitions would cross twice; exit 3, with both counts. The cure does not tell
    anybody to raise the others too.
    """
    with pytest.raises(CairnError, match="in had 3 partitions when the state was written, now it has 4") as refused:
        Positions({"in": 0}, {"in": 3}).check(TOPOLOGY, Layout(IDS, 4), 0)
    assert refused.value.exit == Exit.DRIFT
    assert "do not give the other topics more partitions" in (refused.value.fix or "")


def test_the_count_of_a_topic_that_is_no_longer_used_is_nobodys_business() -> None:
    """Old states name topics of older releases."""
    Positions({"in": 0}, {"retired": 3}, {"retired": "id"}).check(TOPOLOGY, Layout(IDS, 4), 0)


def test_the_engines_keys_are_outside_of_every_table() -> None:
    """No table can have a key that reads as positions or label."""
    assert POSITIONS_KEY[0] < FIRST_PREFIX
    assert LABEL_KEY[0] < FIRST_PREFIX
    assert POSITIONS_KEY != LABEL_KEY


def test_a_label_comes_back_and_rubbish_is_no_label() -> None:
    """A damaged label is an exception that the restore answers with a rebuild."""
    assert Label.decode(LABEL.encode()) == LABEL
    with pytest.raises(msgspec.MsgspecError):
        Label.decode(b"rubbish")


def _stale(label: Label = LABEL, **change: Any) -> Stale | None:
    now = {
        "topic_id": "T",
        "partition": 4,
        "partitions": 12,
        "formats": FORMATS,
        "low": 0,
        "high": 100,
        "now_ms": LABEL.written_at_ms,
        "oldest_ms": HALF_RETENTION,
    }
    return stale(label, **{**now, **change})


def test_a_label_that_fits_is_trusted() -> None:
    """Also at the bounds: everything read, the log starting right behind it, exactly half of the retention old."""
    assert _stale() is None
    assert _stale(low=100, high=100) is None
    assert _stale(now_ms=LABEL.written_at_ms + HALF_RETENTION) is None
    assert _stale(formats=Formats(reads=frozenset({1}))) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"partition": 5}, "rows of partition 4"),
        ({"label": msgspec.structs.replace(LABEL, partition=None)}, "did not say of which partition"),
        ({"topic_id": "U"}, "made anew"),
        ({"partitions": 13}, "written with 12 partitions, now there are 13"),
        ({"formats": Formats(reads=frozenset({2}), writes=2)}, "row format 1"),
        ({"high": 99}, "reached changelog offset 99, beyond the end 99"),
        ({"low": 101, "high": 200}, "reached changelog offset 99, but the log now starts at 101"),
        ({"now_ms": LABEL.written_at_ms + HALF_RETENTION + 1}, "84 h ago"),
    ],
)
def test_a_label_that_does_not_fit_says_why(change: dict[str, Any], reason: str) -> None:
    """Each mismatch makes the copy worthless, and the log line says which. One of another changelog is foreign."""
    found = _stale(**change)
    assert found is not None
    assert reason in found.reason
    assert found.foreign == bool({"topic_id", "partitions"} & change.keys())
