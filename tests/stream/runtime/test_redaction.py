from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.runtime.masking import MASK
from stream.runtime.redaction import redact

CANARY = "canary@example.com"


def cleaned(**event: Any) -> dict[str, Any]:
    """The event as it would be rendered."""
    return dict(redact(None, "info", event))


@pytest.mark.parametrize(
    "field",
    ["email", "name", "contact_id", "fcm_key", "web_push_targets", "endpoint", "value", "password", "Email"],
)
def test_fields_of_contacts_and_secrets_are_masked(field: str) -> None:
    """Whoever logs them by mistake."""
    assert cleaned(**{field: "something"}) == {field: MASK}


def test_what_tells_where_stays_readable() -> None:
    """Topic, partition and offset find the record."""
    event = {
        "event": "rejected",
        "topic": "usage-events",
        "partition": 3,
        "offset": 9,
        "rate": 0.5,
        "ok": True,
    }

    assert cleaned(**event) == event


def test_a_number_of_rows_is_no_row() -> None:
    """`restored` says how many; the rows themselves never pass, in whatever they come."""
    assert cleaned(rows=9) == {"rows": 9}
    assert cleaned(rows=[{"c-1": 9}], row=9) == {"rows": MASK, "row": MASK}
    assert cleaned(rows={"c-1": 9}) == cleaned(rows="c-1") == {"rows": MASK}


def test_raw_bytes_show_their_size_only() -> None:
    """A record's key or value has no place in a log."""
    assert cleaned(record=CANARY.encode()) == {"record": "[18 bytes]"}


nested = st.recursive(
    st.just(CANARY) | st.just(ValueError(CANARY)) | st.just(CANARY.encode()) | st.just(f"at {CANARY}, twice {CANARY}"),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["a", "email", "b"]), inner) | st.tuples(inner),
)


@settings(deadline=None)  # no timing asserts on a shared machine
@given(nested)
def test_an_address_never_passes_however_deep(value: Any) -> None:
    """Errors of libraries quote what they choked on."""
    assert CANARY not in str(cleaned(detail=value))
