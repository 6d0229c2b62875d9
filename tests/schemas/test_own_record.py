"""What stands on a topic of ours has a verdict, whoever wrote it and however extreme it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.decision import decode_decision
from schemas.delivery import decode_delivery
from schemas.milestone_crossed import decode_crossing
from schemas.milestone_nudge import decode_nudge
from schemas.own_record import rejection_of
from schemas.receipt import decode_receipt
from schemas.reject_codes import CODES
from schemas.rules import NewerRulesError, RulesLog
from tests.stream.extremes import changed, written

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples" / "valid"
DECODERS: dict[str, Callable[[bytes], Any]] = {
    "decision": decode_decision,
    "delivery": decode_delivery,
    "milestone-crossed": decode_crossing,
    "milestone-nudge": decode_nudge,
    "receipt": decode_receipt,
}
FUZZ = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def examples(kind: str) -> list[Any]:
    return [json.loads(path.read_bytes()) for path in sorted((EXAMPLES / kind).iterdir())]


def refused_as(decode: Callable[[bytes], Any], value: bytes) -> str | None:
    """The code under which a record is refused; None if it is read."""
    try:
        decode(value)
    except msgspec.DecodeError as error:
        return rejection_of(error).code
    return None


@pytest.mark.parametrize("kind", DECODERS)
def test_every_example_is_read(kind: str) -> None:
    for each in examples(kind):
        DECODERS[kind](json.dumps(each).encode())


@pytest.mark.parametrize("kind", DECODERS)
@FUZZ
@given(st.data())
def test_whatever_a_record_holds_it_is_read_or_refused_with_a_reason(kind: str, data: st.DataObject) -> None:
    """Never anything but a DecodeError, whose reason is a code of ours."""
    document = data.draw(changed(data.draw(st.sampled_from(examples(kind)))))
    assert refused_as(DECODERS[kind], written(document, escaped=data.draw(st.booleans()))) in {None, *CODES}


@pytest.mark.parametrize(
    "value",
    [b"", b"\xff", b'"\xff"', b'{"id":"\xff"}', b'{"id":"\\ud800"}', b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5000],
)
def test_what_is_no_json_is_refused_as_such(value: bytes) -> None:
    """Bad UTF-8 and endless nesting are no errors of msgspec's own."""
    with pytest.raises(msgspec.DecodeError):
        decode_crossing(value)


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"occurred_at": "yesterday"}, "bad_time", "/occurred_at"),
        ({"occurred_at": ""}, "bad_time", "/occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+01:00"}, "bad_time", "/occurred_at"),
        ({"detected_at": "9999-12-31T23:59:59-05:00"}, "bad_time", "/detected_at"),
        ({"source": {"kind": "timer", "due_at": "1900-01-01T00:00:00Z"}}, "bad_time", "/source/due_at"),
        ({"value": "12"}, "wrong_type", "/value"),
        ({"value": True}, "wrong_type", "/value"),
        ({"threshold": {}}, "wrong_type", "/threshold"),
        ({"value_before": None}, "wrong_type", "/value_before"),
        ({"value": "@@1e400@@"}, "out_of_range", "/value"),
        ({"value": "@@1e-400@@"}, "out_of_range", "/value"),
        ({"previous": {"milestone": "m", "occurrence": 1, "threshold": "1"}}, "wrong_type", "/previous/threshold"),
    ],
)
def test_what_the_types_leave_open_is_checked(change: dict[str, Any], code: str, pointer: str) -> None:
    """A crossing without a moment waited, and its timer broke; one whose value was text broke its contact's row."""
    with pytest.raises(msgspec.DecodeError) as refused:
        decode_crossing(written(examples("milestone-crossed")[0] | change))
    found = rejection_of(refused.value)
    assert (found.code, found.pointer) == (code, pointer)


@FUZZ
@given(st.data())
def test_whatever_a_rules_record_holds_it_counts_or_not(data: st.DataObject) -> None:
    """It counts, is passed over with a reason, or says that it is a later release's: every worker reads it, so nothing
    else may come of it.
    """
    document = data.draw(st.sampled_from(examples("rules")))
    document |= {"version": 1, "expects": 0}
    log = RulesLog()
    try:
        reason = log.take(written(data.draw(changed(document, "schema_version", most=2))))
    except NewerRulesError:
        return
    assert (reason is None) == (log.in_force is not None)


@pytest.mark.parametrize(
    "value", [None, b"", b"\xff", b'{"a":"\xff"}', b"[" * 100_000, b'{"schema_version":' + b"9" * 5000 + b"}"]
)
def test_rubbish_among_the_rules_is_passed_over(value: bytes | None) -> None:
    assert RulesLog().take(value) is not None


@pytest.mark.parametrize("at", ["yesterday", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-05:00"])
def test_a_rules_record_that_was_applied_at_no_time_does_not_count(at: str) -> None:
    """By its content alone, so that every reader passes it over."""
    document = examples("rules")[0] | {"version": 1, "expects": 0}
    assert RulesLog().take(written(document)) is None
    assert "applied_at" in (RulesLog().take(written(document | {"applied_at": at})) or "")


@pytest.mark.parametrize("change", [{"number": -1}, {"number": 10**9}, {"first_applied_ms": 10**18}])
def test_an_adoption_with_a_number_that_no_apply_gave_does_not_count(change: dict[str, int]) -> None:
    """Rows are as wide as its numbers say, and calendars reckon from its moments."""
    document = examples("rules")[0] | {"version": 1, "expects": 0}
    name, metric = next(iter(document["adoption"]["metrics"].items()))
    document["adoption"]["metrics"][name] = metric | change
    assert "cannot be" in (RulesLog().take(written(document)) or "")
