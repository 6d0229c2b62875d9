"""The contact: the last profile of a person, as applications write it to the compacted topic `contacts`."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from schemas.limits import DEFAULTS, ID_BYTES, Limits
from schemas.moment import Aware, epoch_ms
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.strict_json import Refused, check_texts, pointer_to, read_json, unfit_number
from schemas.usage_event import CONTROL, Id

Endpoint = Annotated[str, Meta(min_length=1, max_length=2048)]
Key = Annotated[str, Meta(min_length=1, max_length=256)]
Token = Annotated[str, Meta(min_length=1, max_length=4096)]
Moment = int | Aware
"""RFC 3339 with an offset, or epoch milliseconds."""


class WebPushKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of a browser's push subscription, base64url, as the browser gives them."""

    p256dh: Key
    auth: Key


class WebPushTarget(msgspec.Struct, frozen=True, kw_only=True):
    """One browser: the JSON of its PushSubscription."""

    endpoint: Endpoint
    keys: WebPushKeys


class Contact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One profile. Only `contact_id` is required; null and absent mean the same."""

    contact_id: Annotated[Id, Meta(description="Equal to the record's key")]
    email: Annotated[str, Meta(max_length=320)] | None = None
    consent_email: Annotated[bool, Meta(description="Whether email may be sent")] = False
    web_push_subscription: Annotated[bool, Meta(description="Whether web pushes may be sent")] = False
    web_push_targets: Annotated[tuple[WebPushTarget, ...], Meta(max_length=32)] = ()
    fcm_key: Annotated[
        Annotated[tuple[Token, ...], Meta(max_length=32)] | Token | None,
        Meta(description="FCM registration tokens of the contact's apps: one, or several"),
    ] = None
    name: Annotated[str, Meta(max_length=256)] | None = None
    locale: Annotated[str, Meta(max_length=64, description="BCP 47, such as fr-CA")] | None = None
    time_zone: Annotated[str, Meta(max_length=64, description="IANA, such as America/Toronto")] | None = None
    signed_up_at: Moment | None = None
    consent_email_at: Moment | None = None
    attributes: Annotated[dict[str, Any], Meta(description="What audiences may look at")] = msgspec.field(
        default_factory=dict
    )

    @property
    def fcm_keys(self) -> tuple[str, ...]:
        """The registration tokens, however many."""
        if self.fcm_key is None:
            return ()
        return (self.fcm_key,) if isinstance(self.fcm_key, str) else self.fcm_key

    @property
    def signed_up_ms(self) -> int | None:
        """When the contact signed up, in epoch milliseconds; None if unknown."""
        return _ms(self.signed_up_at)

    @property
    def consent_email_ms(self) -> int | None:
        """When consent to email was given, in epoch milliseconds; None if unknown."""
        return _ms(self.consent_email_at)


def read_contact(record: Record, limits: Limits = DEFAULTS) -> Contact | Rejection | None:
    """Read one record of `contacts`: the profile, None for a tombstone (the contact is removed), or why not."""
    key, value = record.key(), record.value()
    try:
        if not key:
            raise Refused("key_missing", "the record has no key")
        if value is None:
            return None
        if len(value) > limits.record_bytes:
            raise Refused("too_large", f"the value has {len(value):,} bytes, {limits.record_bytes:,} are allowed")
        return _read(key, value, limits)
    except Refused as refused:
        return refused.rejection


def _read(key: bytes, value: bytes, limits: Limits) -> Contact:
    document = read_json(value, limits.nesting)
    if not isinstance(document, dict):
        raise Refused("not_an_object", "the value is JSON, but no object")
    check_texts(document)
    if (pointer := unfit_number(document, "")) is not None:
        raise Refused("out_of_range", "a number is beyond 64 bits, or has too many decimals", pointer)
    given = {name: content for name, content in document.items() if content is not None}
    if "contact_id" not in given:
        raise Refused("field_missing", "contact_id is missing", "/contact_id")
    try:
        contact = msgspec.convert(given, Contact)
    except msgspec.ValidationError as error:
        raise _refused(error) from None
    if CONTROL.search(contact.contact_id) or len(contact.contact_id.encode()) > ID_BYTES:
        raise Refused("bad_id", f"contact_id holds a control character or is over {ID_BYTES} bytes", "/contact_id")
    if contact.contact_id.encode() != key:
        raise Refused("key_mismatch", "contact_id is not the record's key", "/contact_id")
    return contact


def _refused(error: msgspec.ValidationError) -> Refused:
    """Translate msgspec's message, which ends in the path: "Expected `str`, got `int` - at `$.keys[0].auth`"."""
    said, _, path = str(error).partition(" - at `$")
    pointer = ""
    for step in re.findall(r"[^.\[\]`]+", path):
        pointer = pointer_to(pointer, step)
    if "missing required field" in said:
        return Refused("field_missing", said.replace("`", ""), pointer)
    if pointer == "/contact_id" and "length" in said:
        return Refused("bad_id", f"contact_id is empty or over {ID_BYTES} bytes", pointer)
    if "RFC3339" in said or "timezone" in said:
        return Refused("bad_time", "no RFC 3339 moment with an offset", pointer)
    return Refused("wrong_type", said.replace("`", ""), pointer)


def _ms(moment: int | datetime | None) -> int | None:
    return epoch_ms(moment) if isinstance(moment, datetime) else moment
