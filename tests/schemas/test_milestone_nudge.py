"""The milestone-nudge record, and its examples."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from schemas.milestone_crossed import crossing_id
from schemas.milestone_nudge import decode_nudge, encode_nudge, nudge_id

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
VALID = sorted((EXAMPLES / "valid" / "milestone-nudge").iterdir())
INVALID = sorted((EXAMPLES / "invalid" / "milestone-nudge").iterdir())


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_examples_survive_reading_and_writing(path: Path) -> None:
    """The same fields in the same order, numbers with the same digits."""
    value = path.read_bytes()
    again = encode_nudge(decode_nudge(value))
    assert json.dumps(json.loads(again, parse_float=Decimal), default=str) == json.dumps(
        json.loads(value, parse_float=Decimal), default=str
    )


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_id_of_an_example_is_made_of_what_it_names(path: Path) -> None:
    """So the same nudge has the same id in every replay."""
    nudge = decode_nudge(path.read_bytes())
    assert nudge.id == nudge_id(nudge.contact_id, nudge.milestone, nudge.occurrence, nudge.kind)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_no_invalid_example_is_read(path: Path) -> None:
    """What its schema refuses, the reader refuses."""
    with pytest.raises(msgspec.DecodeError):
        decode_nudge(path.read_bytes())


def test_near_and_stuck_and_the_crossing_have_ids_of_their_own() -> None:
    """And so has each in the next life of an erased contact."""
    named = ("c-1042", "documents-500", 1)
    ids = {
        crossing_id(*named),
        nudge_id(*named, "near"),
        nudge_id(*named, "stuck"),
        nudge_id(*named, "near", 2),
        nudge_id(*named, "stuck", 2),
    }
    assert len(ids) == 5
    assert nudge_id(*named, "near", 1) == nudge_id(*named, "near")
