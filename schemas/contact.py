"""The contact: the last profile of a person, as applications write it to the compacted topic `contacts`.

What is wrong with one field of it costs that field only, where the rest can stand without it: a zone or a moment
(`time_zone`, `signed_up_at`, `consent_email_at`) that cannot be, or cannot be read, is passed over, and the profile
says so. So is a consent that is neither true nor false, and then there is none: were the profile refused, the consent
of the one before it would stay. Empty means none, in whatever is optional.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from schemas.bounds import clock_of
from schemas.keyed import is_blank, keyed, keyed_fields, unfit_field
from schemas.limits import DEFAULTS, Limits
from schemas.moment import Aware, epoch_ms
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.strict_json import Refused
from schemas.time_zone import canonical_zone
from schemas.usage_event import Id

Endpoint = Annotated[str, Meta(min_length=1, max_length=2048)]
Key = Annotated[str, Meta(min_length=1, max_length=256)]
Token = Annotated[str, Meta(min_length=1, max_length=4096)]
Zone = Annotated[str, Meta(max_length=64)]
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
    """One profile. Only `contact_id` is required; null, absent and empty text mean the same."""

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
    time_zone: (
        Annotated[
            Zone, Meta(description="IANA, such as America/Toronto, or Windows; one that is not known is passed over")
        ]
        | None
    ) = None
    signed_up_at: Annotated[
        Moment | None,
        Meta(
            description="From 1980 to 10 minutes ahead of the record's timestamp, and counted as of that where it is "
            "earlier; any other is passed over"
        ),
    ] = None
    consent_email_at: Annotated[
        Moment | None,
        Meta(
            description="From 2000 to 10 minutes ahead of the record's timestamp, and counted as of that where it is "
            "earlier; any other is passed over"
        ),
    ] = None
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


class Profile(Contact, frozen=True, kw_only=True, omit_defaults=True):
    """A contact as it was read from its record: its moments are believed, its zone is IANA's (`schemas.time_zone`).

    `as_of_ms` is the clock that they were held against (epoch ms, `schemas.bounds.clock_of`); 0: they were not, as in
    profiles that an earlier release kept. `faults` are the fields that were passed over.
    """

    as_of_ms: int = 0
    faults: tuple[Rejection, ...] = ()

    @property
    def kept(self) -> Profile:
        """What is worth keeping of it: all but the faults, which a dead letter tells."""
        return msgspec.structs.replace(self, faults=()) if self.faults else self


def read_contact(record: Record, limits: Limits = DEFAULTS, *, now_ms: int | None = None) -> Profile | Rejection | None:
    """Read one record of `contacts`: the profile, None for a tombstone (the contact is removed), or why not.

    `now_ms` is the reader's clock; None: the record's timestamp is the only one.
    """
    key, value = record.key(), record.value()
    try:
        if not key:
            raise Refused("key_missing", "the record has no key")
        if value is None:
            return None
        given = keyed_fields(value, Contact, limits)
        unreadable = [fault for name, kind in _ALONE if (fault := unfit_field(given, name, kind))]
        for fault in unreadable:
            del given[fault.pointer[1:]]
        given["as_of_ms"] = clock_of(record, now_ms)
        profile = keyed(key, _without_blanks(given), Profile)
        _check_size(profile, value, limits)
    except Refused as refused:
        return refused.rejection
    return _zoned(believed(profile, limits, unreadable))


def believed(profile: Profile, limits: Limits = DEFAULTS, faults: Iterable[Rejection] = ()) -> Profile:
    """Return the profile without the moments that are not believed as of its clock, which it names beside `faults`.

    A consent and a sign-up count as of that clock where they are dated ahead of it: no later word of the contact, an
    unsubscribe or an erasure, must be defeated by one that was said before it.
    """
    clock_ms = profile.as_of_ms
    signed_up_ms, consented_ms = profile.signed_up_ms, profile.consent_email_ms
    change: dict[str, Any] = {}
    found = [*faults]
    if signed_up_ms is not None and (fault := limits.signed_up(clock_ms).fault(signed_up_ms, *_SIGNED_UP)):
        change["signed_up_at"] = None
        found.append(fault)
    elif signed_up_ms is not None and signed_up_ms > clock_ms:
        change["signed_up_at"] = clock_ms
    if consented_ms is not None and (fault := limits.consented(clock_ms).fault(consented_ms, *_CONSENTED)):
        change["consent_email_at"] = None
        found.append(fault)
    elif consented_ms is not None and consented_ms > clock_ms:
        change["consent_email_at"] = clock_ms
    return msgspec.structs.replace(profile, **change, faults=tuple(found)) if change or found else profile


def _zoned(profile: Profile) -> Profile:
    """Return the profile with its zone as IANA writes it; without one that is not known, which is a fault then."""
    given = profile.time_zone
    if given is None or (zone := canonical_zone(given)) == given:
        return profile
    faults = () if zone else (Rejection("bad_zone", f"{given!r} is no time zone that is known", "/time_zone"),)
    return msgspec.structs.replace(profile, time_zone=zone, faults=(*profile.faults, *faults))


_ALONE: tuple[tuple[str, Any], ...] = (
    ("signed_up_at", Moment),
    ("consent_email_at", Moment),
    ("time_zone", Zone),
    ("consent_email", bool),
    ("web_push_subscription", bool),
)
"""The fields that cost only themselves, each with its type."""
PASSED_OVER = frozenset(f"/{name}" for name, _ in _ALONE)
"""JSON pointers of the fields without which a profile is taken; a dead letter that points to one tells of it only."""
_SIGNED_UP, _CONSENTED = (("signed_up_at", "/signed_up_at"), ("consent_email_at", "/consent_email_at"))
_ROOM = 64
"""Bytes that a kept profile needs beside what its record says."""
_encode = msgspec.json.Encoder(decimal_format="number").encode


def _without_blanks(given: dict[str, Any]) -> dict[str, Any]:
    """Drop the items of lists that name no place: an empty token, a browser without endpoint or with an empty key."""
    tokens, targets = given.get("fcm_key"), given.get("web_push_targets")
    if isinstance(tokens, list):
        given["fcm_key"] = [each for each in tokens if not _is_none(each)]
    if isinstance(targets, list):
        given["web_push_targets"] = [each for each in targets if not _is_none(each) and not _is_nowhere(each)]
    return given


def _is_none(content: object) -> bool:
    return content is None or is_blank(content)


def _is_nowhere(target: object) -> bool:
    if not isinstance(target, dict):
        return False
    keys = target.get("keys", {})
    return (
        _is_none(target.get("endpoint", "-"))
        or _is_none(keys)
        or (isinstance(keys, dict) and any(map(_is_none, keys.values())))
    )


def _check_size(contact: Contact, value: bytes, limits: Limits) -> None:
    """Refuse what could not be kept: numbers may be longer as they are kept than as they were written.

    Raises:
        Refused: too_large.
    """
    most = limits.record_bytes - _ROOM
    if len(value) > most // 2 and (size := len(_encode(contact))) > most:
        raise Refused("too_large", f"the profile has {size:,} bytes as it is kept, {most:,} are allowed")


def _ms(moment: int | datetime | None) -> int | None:
    return epoch_ms(moment) if isinstance(moment, datetime) else moment
