"""The JSON Schemas: equal to the types, and in agreement with the door on every example."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from schemas.generate import DIALECT, schemas, write, written
from schemas.reject_codes import CODES

SCHEMAS = Path(__file__).parents[2] / "schemas"
EXAMPLES = SCHEMAS / "examples"
VALID = sorted(EXAMPLES.glob("valid/*/*.json"))
INVALID = sorted(EXAMPLES.glob("invalid/*/*.json"))

BEYOND_A_SCHEMA = ("time_", "too_deep", "bad_id.long-in-bytes", "bad_id.half-surrogate", "out_of_range.", "reserved_")
"""Rules about clocks, bytes, nesting and our own names, which JSON Schema cannot say; of numbers it can bound `value`
only.
"""


def validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    schema = json.loads((SCHEMAS / "json" / f"{kind}.v1.json").read_bytes())
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("name", schemas())
def test_the_files_are_what_the_types_say(name: str) -> None:
    """If this fails: `python -m schemas.generate`, and look at the difference: it is the contract."""
    assert (SCHEMAS / "json" / name).read_text(encoding="utf-8") == written(schemas()[name])


def test_there_is_no_file_without_a_type() -> None:
    assert {path.name for path in (SCHEMAS / "json").iterdir()} == set(schemas())


def test_writing_gives_the_same_files(tmp_path: Path) -> None:
    write(tmp_path)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        name: written(schema) for name, schema in schemas().items()
    }


@pytest.mark.parametrize("name", schemas())
def test_every_schema_is_a_sound_one_of_2020_12(name: str) -> None:
    schema = schemas()[name]
    assert schema["$schema"] == DIALECT
    jsonschema_rs.meta.validate(schema)


@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_every_valid_example_passes_its_schema(path: Path) -> None:
    validator(path.parent.name).validate(json.loads(path.read_bytes()))


@pytest.mark.parametrize("path", [path for path in INVALID if not path.name.startswith(BEYOND_A_SCHEMA)], ids=name_of)
def test_an_invalid_example_fails_its_schema_where_a_schema_can_tell(path: Path) -> None:
    assert not validator(path.parent.name).is_valid(json.loads(path.read_bytes()))


def test_the_schema_bounds_value_as_the_door_does() -> None:
    sound: dict[str, Any] = {"id": "i", "contact_id": "c", "event": "e"}
    one = validator("usage-event")
    assert one.is_valid(sound | {"value": 2**63 - 1})
    assert one.is_valid(sound | {"value": -(2**63)})
    assert not one.is_valid(sound | {"value": 2**64})
    assert not one.is_valid(sound | {"value": -(2**64)})


def test_a_dead_letter_has_one_of_the_known_codes() -> None:
    assert schemas()["dead-letter.v1.json"]["properties"]["cairn-error-code"]["enum"] == list(CODES)
