"""The records that reactions listen to: each is a value or has its reason, whoever wrote it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.reject_codes import CODES
from schemas.rejection import Rejection
from stream.reactions.source import CROSSINGS, DECISIONS, NUDGES, RECEIPTS, Source
from tests.stream.extremes import changed, written

EXAMPLES = Path(__file__).parents[3] / "schemas" / "examples" / "valid"
SOURCES = {"milestone-crossed": CROSSINGS, "milestone-nudge": NUDGES, "decision": DECISIONS, "receipt": RECEIPTS}


@pytest.mark.parametrize("kind", SOURCES)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_stands_there_is_a_value_or_has_a_reason(kind: str, data: st.DataObject) -> None:
    examples = [json.loads(path.read_bytes()) for path in sorted((EXAMPLES / kind).iterdir())]
    source: Source[object] = SOURCES[kind]  # type: ignore[assignment]  # of whichever type
    found = source.read(written(data.draw(changed(data.draw(st.sampled_from(examples))))))
    assert not isinstance(found, Rejection) or found.code in CODES


@pytest.mark.parametrize("value", [None, b"", b"\xff", b'{"id":"\xff"}', b"[" * 100_000, b'{"schema_version":' * 9000])
def test_what_cannot_be_read_at_all_has_a_reason(value: bytes | None) -> None:
    found = CROSSINGS.read(value)
    assert isinstance(found, Rejection)
    assert found.code in {"value_missing", "not_json", "wrong_type"}
