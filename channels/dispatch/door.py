"""Reads a record of a deliveries topic, or says why not."""

from __future__ import annotations

import msgspec

from schemas.channel import Channel
from schemas.delivery import Delivery, channel_of, decode_delivery
from schemas.own_record import UnsoundError
from schemas.record import Record
from schemas.rejection import Rejection


def read(record: Record, channel: Channel) -> Delivery | Rejection:
    """Return the delivery. It was written by the planner, so what is refused here is a fault, or somebody else's."""
    key, value = record.key(), record.value()
    if not key:
        return Rejection("key_missing", "the record has no key")
    if not value:
        return Rejection("value_missing", "the value is null or empty")
    try:
        delivery = decode_delivery(value)
    except UnsoundError as error:
        return error.rejection
    except msgspec.ValidationError as error:
        missing = "missing required field" in str(error)
        # The message names fields and types, never what they hold.
        return Rejection("field_missing" if missing else "wrong_type", str(error).replace("`", ""))
    except msgspec.DecodeError:
        return Rejection("not_json", "the value is not JSON")
    if delivery.contact_id.encode() != key:
        return Rejection("key_mismatch", "contact_id is not the record's key", "/contact_id")
    if channel_of(delivery) != channel:
        return Rejection("wrong_type", f"this is no {channel} delivery", "/to/channel")
    return delivery
