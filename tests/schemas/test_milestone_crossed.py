"""The milestone-crossed record as its readers meet it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from schemas.milestone_crossed import Jump, TimerSource, crossing_id, decode_crossing, encode_crossing

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples" / "valid" / "milestone-crossed"
CONTRACT = (EXAMPLES / "contract.json").read_bytes()


def test_the_example_is_written_word_for_word() -> None:
    """Same fields, same order, same values; compact."""
    written = encode_crossing(decode_crossing(CONTRACT))
    assert json.dumps(json.loads(written)) == json.dumps(json.loads(CONTRACT))
    assert b" " not in written


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.stem)
def test_examples_survive_reading_and_writing(path: Path) -> None:
    assert json.loads(encode_crossing(decode_crossing(path.read_bytes()))) == json.loads(path.read_bytes())


def test_the_id_is_the_golden_value() -> None:
    assert crossing_id("c-1042", "documents-1000", 1) == "2a6ac905-e754-5fe1-bcca-cadfba26a636"


def test_a_second_life_has_ids_of_its_own_and_the_first_keeps_its_ids() -> None:
    """Engine rule 20."""
    ids = {crossing_id("c-1042", "documents-1000", 1, life) for life in (1, 2, 3)}
    assert len(ids) == 3
    assert crossing_id("c-1042", "documents-1000", 1) in ids


def test_ids_are_of_utf8_not_of_escapes() -> None:
    import uuid

    namespace = uuid.uuid5(uuid.NAMESPACE_DNS, "cairn-milestones")
    assert crossing_id("é", "first", 2) == str(uuid.uuid5(namespace, '["é","first",2]'))


def test_decimals_are_written_as_numbers_with_exactly_their_digits() -> None:
    """A Java reader sees a number; a text, or 0.30000000000000004, would break it."""
    crossing = msgspec.structs.replace(decode_crossing(CONTRACT), value=Decimal("0.30"), value_before=Decimal("1E+2"))
    written = encode_crossing(crossing)
    assert b'"value":0.30,' in written
    assert decode_crossing(written).value == Decimal("0.30")
    assert json.loads(written)["value_before"] == 100


def test_a_jump_is_written_only_when_there_is_one() -> None:
    crossing = decode_crossing(CONTRACT)
    assert b"jump" not in encode_crossing(crossing)
    jumped = msgspec.structs.replace(crossing, jump=Jump(index=2, of=2, top=True))
    assert json.loads(encode_crossing(jumped))["jump"] == {"index": 2, "of": 2, "top": True}


def test_a_timer_is_a_source_of_its_own_kind() -> None:
    crossing = decode_crossing((EXAMPLES / "timer.json").read_bytes())
    assert crossing.source == TimerSource(due_at="2026-05-22T04:00:00.000Z")


def test_readers_pass_over_fields_of_later_versions() -> None:
    later = json.loads(CONTRACT) | {"later": [1]}
    assert decode_crossing(json.dumps(later).encode()) == decode_crossing(CONTRACT)
