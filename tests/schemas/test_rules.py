"""The rules record: its examples are a log that can be read."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import msgspec
import pytest

from schemas.milestones import json_schema
from schemas.rules import NewerRulesError, RulesLog

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
VALID = EXAMPLES / "valid" / "rules"
FIRST, SECOND = (VALID / "first.json").read_bytes(), (VALID / "second.json").read_bytes()
INVALID = sorted((EXAMPLES / "invalid" / "rules").iterdir())


def read(*values: bytes | None) -> RulesLog:
    log = RulesLog()
    for value in values:
        assert log.take(value) is None
    return log


def test_the_valid_examples_are_one_version_after_the_other() -> None:
    """Both count, and what is read is what was written."""
    log = read(FIRST, SECOND)
    assert [each.version for each in log.versions] == [1, 2]
    assert [json.loads(each.encode()) for each in log.versions] == [json.loads(FIRST), json.loads(SECOND)]


@pytest.mark.parametrize("value", [FIRST, SECOND])
def test_the_document_of_a_record_is_a_milestones_file(value: bytes) -> None:
    """By the schema that editors use for it."""
    jsonschema_rs.validator_for(json_schema()).validate(json.loads(value)["document"])


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_no_invalid_example_counts(path: Path) -> None:
    """It is passed over with the reason, and the next apply is as if it had not been there."""
    log = RulesLog()
    assert log.take(path.read_bytes())
    assert log.in_force is None
    assert log.take(FIRST) is None


def test_of_two_applies_at_once_the_second_does_not_count() -> None:
    """It expects a version that is no longer in force; so does one that comes too early."""
    log = read(FIRST)
    assert "another apply came first" in str(log.take(FIRST))
    assert log.in_force is not None
    assert log.in_force.version == 1
    assert "version 0 is in force" in str(RulesLog().take(SECOND))


@pytest.mark.parametrize(
    "change", [{"digest": "0" * 64}, {"document": json.loads(FIRST)["document"] | {"weather": "sunny"}}]
)
def test_a_version_in_force_that_says_more_than_can_be_read_is_an_error(change: dict[str, object]) -> None:
    """Half of a newer release's rules would count wrong for ever; so would a document that is not its digest's."""
    with pytest.raises(NewerRulesError, match="version 1 of the rules"):
        RulesLog().take(msgspec.json.encode(json.loads(FIRST) | change))
