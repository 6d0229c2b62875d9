"""The contact: the last profile of a person, as applications write it to the compacted topic `contacts`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from schemas.keyed import read_keyed
from schemas.limits import DEFAULTS, Limits
from schemas.moment import Aware, epoch_ms
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.strict_json import Refused
from schemas.usage_event import Id

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
        return read_keyed(key, value, Contact, limits)
    except Refused as refused:
        return refused.rejection


def _ms(moment: int | datetime | None) -> int | None:
    return epoch_ms(moment) if isinstance(moment, datetime) else moment
