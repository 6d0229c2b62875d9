"""The receipt record, and its examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from schemas.receipt import FINAL, Outcome, decode_receipt, encode_receipt, receipt_id

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
VALID = sorted((EXAMPLES / "valid" / "receipt").iterdir())
INVALID = sorted((EXAMPLES / "invalid" / "receipt").iterdir())


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_examples_survive_reading_and_writing(path: Path) -> None:
    """The same fields in the same order; compact, and what is at its default is left out."""
    value = path.read_bytes()
    again = encode_receipt(decode_receipt(value))
    assert json.dumps(json.loads(again)) == json.dumps(json.loads(value))
    assert b'": ' not in again


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_an_example_keeps_the_rules_that_no_schema_says(path: Path) -> None:
    """Its id is made of delivery and attempt, and `until` is there exactly when another attempt follows."""
    receipt = decode_receipt(path.read_bytes())
    assert receipt.id == receipt_id(receipt.delivery_id, receipt.attempt)
    assert (receipt.until is not None) == (receipt.outcome == "deferred")


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_no_invalid_example_is_read(path: Path) -> None:
    """What its schema refuses, the reader refuses."""
    with pytest.raises(msgspec.DecodeError):
        decode_receipt(path.read_bytes())


def test_all_outcomes_but_one_are_final() -> None:
    """Only a deferred delivery has another attempt."""
    assert set(get_args(Outcome)) - FINAL == {"deferred"}


def test_each_attempt_has_an_id_of_its_own_and_keeps_it() -> None:
    """The golden value: a receipt that is written again after a crash must be known as the same one."""
    delivery = "c5649c66-32a1-5a8b-8d22-e5523c779d30"
    assert receipt_id(delivery, 1) == "3e91f1d0-61d3-5958-a63b-3b8ed5aab54e"
    assert receipt_id(delivery, 1) != receipt_id(delivery, 2)
