"""The delivery record, and its examples."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from schemas.delivery import (
    Addressed,
    Delivery,
    EmailTo,
    MobilePushTo,
    WebPushTo,
    channel_of,
    decode_delivery,
    delivery_id,
    encode_addressed,
    encode_delivery,
    encode_message,
)
from schemas.target_digest import address_digest, target_digest

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
VALID = sorted((EXAMPLES / "valid" / "delivery").iterdir())
INVALID = sorted((EXAMPLES / "invalid" / "delivery").iterdir())


def example(name: str) -> Delivery:
    return decode_delivery((EXAMPLES / "valid" / "delivery" / f"{name}.json").read_bytes())


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_examples_survive_reading_and_writing(path: Path) -> None:
    """The same fields in the same order, numbers with the same digits."""
    value = path.read_bytes()
    again = encode_delivery(decode_delivery(value))
    assert json.dumps(json.loads(again, parse_float=Decimal), default=str) == json.dumps(
        json.loads(value, parse_float=Decimal), default=str
    )


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_id_of_an_example_is_made_of_decision_and_place(path: Path) -> None:
    """So every attempt has the same one, and each place its own; either a crossing or a nudge is told."""
    delivery = decode_delivery(path.read_bytes())
    match delivery.to:
        case EmailTo(address=address):
            digest = address_digest(address)
        case WebPushTo(target=target):
            digest = target_digest(target.endpoint)
        case MobilePushTo(token=token):
            digest = target_digest(token)
    assert delivery.id == delivery_id(delivery.decision_id, digest)
    assert (delivery.message.crossing is None) != (delivery.message.nudge is None)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_message_that_is_written_once_makes_the_same_records(path: Path) -> None:
    """Byte for byte, whatever stands in it."""
    delivery = decode_delivery(path.read_bytes())
    fields = {name: getattr(delivery, name) for name in Addressed.__struct_fields__}
    assert encode_addressed(Addressed(**fields), encode_message(delivery.message)) == encode_delivery(delivery)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_no_invalid_example_is_read(path: Path) -> None:
    """What its schema refuses, the reader refuses."""
    with pytest.raises(msgspec.DecodeError):
        decode_delivery(path.read_bytes())


def test_the_channel_is_that_of_the_place() -> None:
    """Dispatchers and receipts go by it."""
    assert [channel_of(example(name)) for name in ("email", "web-push", "mobile-push")] == [
        "email",
        "web_push",
        "mobile_push",
    ]


def test_an_exact_number_stays_exact() -> None:
    """0.30 is not 0.3, and not 0.30000000000000004: it is said in a mail."""
    crossing = example("email").message.crossing
    assert crossing is not None
    message = msgspec.structs.replace(
        example("email").message, crossing=msgspec.structs.replace(crossing, value=Decimal("0.30"))
    )
    written = encode_delivery(msgspec.structs.replace(example("email"), message=message))
    again = decode_delivery(written).message.crossing
    assert b'"value":0.30,' in written
    assert again is not None
    assert str(again.value) == "0.30"
