"""The decision record, and its examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from schemas.channel import CHANNELS
from schemas.decision import Decided, No, decision_id, decode_decision, encode_decision

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
VALID = sorted((EXAMPLES / "valid" / "decision").iterdir())
INVALID = sorted((EXAMPLES / "invalid" / "decision").iterdir())


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_examples_survive_reading_and_writing(path: Path) -> None:
    """The same fields in the same order; compact, and what is at its default is left out."""
    value = path.read_bytes()
    again = encode_decision(decode_decision(value))
    assert json.dumps(json.loads(again)) == json.dumps(json.loads(value))
    assert b": " not in again


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_an_example_keeps_the_rules_that_no_schema_says(path: Path) -> None:
    """Its id is made of what it names, and a reason is there exactly when nothing is sent."""
    decision = decode_decision(path.read_bytes())
    assert decision.id == decision_id(decision.subject_id, decision.channel)
    assert (decision.because is None) == decision.send


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_what_decisions_on_a_subject_share_is_encoded_once(path: Path) -> None:
    """Byte for byte, also where a text needs escapes."""
    told = msgspec.structs.replace(
        decode_decision(path.read_bytes()),
        milestone='a "100 %" \\ \n é',
        detail=None,
        until=None,
        absorbed_by=None,
        bundled_with=None,
    )
    common = Decided(
        told.subject,
        told.subject_id,
        told.contact_id,
        told.milestone,
        told.occurrence,
        told.decided_at,
        told.rules_version,
    )
    for channel in CHANNELS:
        for because in (None, *get_args(No)):
            each = msgspec.structs.replace(
                told, id=decision_id(told.id, channel), channel=channel, send=because is None, because=because
            )
            assert common.encode(each.id, channel, because) == encode_decision(each)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_no_invalid_example_is_read(path: Path) -> None:
    """What its schema refuses, the reader refuses."""
    with pytest.raises(msgspec.DecodeError):
        decode_decision(path.read_bytes())


def test_the_id_is_the_golden_value() -> None:
    """A later release that made another would let analysts count a replay twice."""
    subject = "2a6ac905-e754-5fe1-bcca-cadfba26a636"
    assert decision_id(subject, "email") == "f0829273-8ea5-5bfe-9f19-b2738a1ad784"
    assert len({decision_id(subject, channel) for channel in CHANNELS}) == len(CHANNELS)


def test_a_field_of_a_later_release_is_passed_over() -> None:
    """Readers of today go on when a writer is upgraded first."""
    body = json.loads(VALID[0].read_bytes())
    assert decode_decision(json.dumps(body | {"mood": "sunny"}).encode()) == decode_decision(VALID[0].read_bytes())
