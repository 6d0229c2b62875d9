"""A topology that could not keep its promises is refused before the first record, with every fault at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from schemas.errors import CairnError
from stream.engine.topology import Formats, Input, Table, Timer
from tests.contracts.tally import CHANGELOG, IN, LETTERS, OUT, IntCodec, tally_topology

SOUND = tally_topology()


def _table(name: str, prefix: int) -> Table[int]:
    return Table(name, prefix, IntCodec())


def test_a_sound_topology_passes() -> None:
    """With tables, a timer on one of them, an attached input and its own letters."""
    replace(
        SOUND,
        inputs=(*SOUND.inputs, Input("contacts", table=True, dead_letters="contacts-dlq")),
        timers=(Timer("due", 0x20, "totals"),),
    ).validate()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"inputs": (Input(IN),)}, "exactly one input leads, not 0"),
        ({"inputs": (Input(IN, lead=True),)}, "names no dead-letter topic"),
        ({"inputs": (Input(IN, lead=True), Input("b", lead=True))}, "exactly one input leads, not 2"),
        ({"inputs": (Input(IN, lead=True), Input(IN))}, "an input is named twice"),
        ({"changelog": IN}, "the changelog 'in' is also an input or an output"),
        ({"changelog": OUT}, "the changelog 'out' is also an input or an output"),
        ({"tables": (_table("a", 0x10), _table("b", 0x10))}, "two tables or timers share a key prefix"),
        ({"timers": (Timer("due", 0x10, "totals"),)}, "two tables or timers share a key prefix"),
        ({"tables": (_table("a", 0x0F),)}, "key prefixes lie between 0x10 and 0xef"),
        ({"tables": (_table("a", 0xF0),)}, "key prefixes lie between 0x10 and 0xef"),
        ({"tables": (_table("a", 0x10), _table("a", 0x11))}, "two tables share a name"),
        ({"timers": (Timer("due", 0x20, "nobody"),)}, "timer 'due' is on an unknown table 'nobody'"),
        ({"formats": Formats(frozenset({1}), 2)}, "it writes row format 2 but does not read it"),
    ],
)
def test_each_fault_is_named(change: dict[str, Any], fault: str) -> None:
    """The message says what is wrong with which name."""
    with pytest.raises(CairnError, match=fault) as refused:
        replace(SOUND, **change).validate()
    assert "'tally'" in refused.value.what
    assert refused.value.fix


def test_all_faults_come_at_once() -> None:
    """One round of mending, not one for each fault."""
    with pytest.raises(CairnError, match=r"not 0; .*share a name"):
        replace(SOUND, inputs=(), tables=(_table("a", 0x10), _table("a", 0x11))).validate()


def test_the_topics_are_named_once_and_the_changelog_last() -> None:
    """What a transaction writes, and what must have one partition count."""
    assert SOUND.written == (OUT, LETTERS, CHANGELOG)
    assert SOUND.topics == (IN, OUT, LETTERS, CHANGELOG)
    assert replace(SOUND, outputs=(IN, OUT, OUT)).topics == (IN, OUT, LETTERS, CHANGELOG)
    assert SOUND.lead.topic == IN
