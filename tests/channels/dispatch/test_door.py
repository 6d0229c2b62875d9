"""What a record of a deliveries topic must be."""

from __future__ import annotations

import pytest

from channels.dispatch.door import read
from schemas.delivery import EmailTo, encode_delivery
from schemas.rejection import Rejection
from tests.channels.dispatch.samples import delivery, record
from tests.stand_in import StandIn

GOOD = encode_delivery(delivery("c-1"))


def test_a_delivery_comes_through() -> None:
    """As it was written."""
    assert read(record(delivery("c-1")), "web_push") == delivery("c-1")


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        (None, GOOD, "key_missing"),
        (b"c-1", None, "value_missing"),
        (b"c-1", b"oops", "not_json"),
        (b"c-1", b"[]", "wrong_type"),
        (b"c-1", b"{}", "field_missing"),
        (b"c-2", GOOD, "key_mismatch"),
        (b"c-1", encode_delivery(delivery("c-1", to=EmailTo(address="a@b.example"))), "wrong_type"),
        (b"c-1", GOOD.replace(b'"send_by":"2', b'"send_by":"x'), "bad_time"),
        (b"c-1", GOOD.replace(b"{", b'{"schema_version":2,', 1), "wrong_type"),
    ],
)
def test_what_is_no_delivery_of_this_channel_is_named(key: bytes | None, value: bytes | None, code: str) -> None:
    """Each fault has its code; none stops the dispatcher."""
    found = read(StandIn(key, value), "web_push")

    assert isinstance(found, Rejection)
    assert found.code == code
