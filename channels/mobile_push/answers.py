"""What FCM's answers mean, as data: each row with where it is written.

Read from above; the first row that fits counts. What fits none is a fault within FCM, or of something in between.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

CODES = "firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode"
"""FCM's reference of its error codes."""
EXAMPLES = "firebase.google.com/docs/cloud-messaging/error-codes"
"""FCM's guide to them, with whole answers."""
TOKENS = "firebase.google.com/docs/cloud-messaging/manage-tokens"
SCALE = "firebase.google.com/docs/cloud-messaging/scale-fcm"
APNS = "developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns"
"""The reasons that FCM passes on as `ApnsError`."""
GOOGLE = "cloud.google.com/apis/design/errors"
"""The canonical codes of Google's services, in answers without one of FCM."""


class Meaning(Enum):
    """What an answer is about."""

    DEAD = "the device is no more"
    FOREIGN = "the device is one of other credentials"
    MESSAGE = "the message is at fault, and we made it"
    OURS = "credentials or settings are wrong"
    QUOTA = "too many messages, from us or in all"
    DEVICE_QUOTA = "too many messages for this device"
    FAULT = "something within FCM fails"
    UNKNOWN = "nobody knows whether FCM took it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One answer. `code` is FCM's errorCode, or the canonical status where there is none.

    What else is named must fit too: the reason of an `ApnsError`; `token`, that the violations are all of the target;
    `words`, in FCM's own message; `quota`, in what it says of a `QuotaFailure`.
    """

    code: str
    means: Meaning
    detail: str
    source: str
    apns: str | None = None
    token: bool = False
    words: re.Pattern[str] | None = None
    quota: re.Pattern[str] | None = None


_NOT_A_TOKEN = re.compile(r"registration token is not a valid|invalid registration|\bmessage\.token\b", re.IGNORECASE)
_DEVICE = re.compile(r"\bdevice", re.IGNORECASE)
_APPLE_KEY = "Apple refuses FCM: renew the APNs key in the Firebase console, under Cloud Messaging"

ROWS: tuple[Row, ...] = (
    Row(code="UNREGISTERED", means=Meaning.DEAD, detail="the app was removed, or its token expired", source=CODES),
    Row(
        code="SENDER_ID_MISMATCH",
        means=Meaning.FOREIGN,
        detail="the token belongs to an app of another Firebase project",
        source=CODES,
    ),
    Row(
        code="INVALID_ARGUMENT",
        apns="Unregistered",
        means=Meaning.DEAD,
        detail="Apple says that the app was removed",
        source=APNS,
    ),
    Row(
        code="INVALID_ARGUMENT",
        apns="BadDeviceToken",
        means=Meaning.FOREIGN,
        detail="Apple does not know the device: a token of its test environment, or of another app",
        source=APNS,
    ),
    Row(
        code="INVALID_ARGUMENT",
        apns="DeviceTokenNotForTopic",
        means=Meaning.FOREIGN,
        detail="Apple says that the device belongs to another app than the APNs key",
        source=APNS,
    ),
    Row(code="INVALID_ARGUMENT", token=True, means=Meaning.DEAD, detail="it is no token of FCM", source=CODES),
    Row(
        code="INVALID_ARGUMENT",
        words=_NOT_A_TOKEN,
        means=Meaning.DEAD,
        detail="it is no token of FCM",
        source=EXAMPLES,
    ),
    Row(code="INVALID_ARGUMENT", means=Meaning.MESSAGE, detail="INVALID_ARGUMENT", source=CODES),
    Row(
        code="QUOTA_EXCEEDED",
        quota=_DEVICE,
        means=Meaning.DEVICE_QUOTA,
        detail="too many messages for this device",
        source=CODES,
    ),
    Row(code="QUOTA_EXCEEDED", means=Meaning.QUOTA, detail="the quota of the project is used up", source=CODES),
    Row(code="RESOURCE_EXHAUSTED", means=Meaning.QUOTA, detail="the quota of the project is used up", source=GOOGLE),
    Row(code="UNAVAILABLE", means=Meaning.FAULT, detail="FCM is overloaded", source=CODES),
    Row(code="INTERNAL", means=Meaning.FAULT, detail="a fault within FCM", source=CODES),
    Row(code="UNSPECIFIED_ERROR", means=Meaning.FAULT, detail="FCM does not say what is wrong", source=CODES),
    Row(code="DEADLINE_EXCEEDED", means=Meaning.UNKNOWN, detail="FCM had not ended in time", source=GOOGLE),
    Row(code="THIRD_PARTY_AUTH_ERROR", means=Meaning.OURS, detail=_APPLE_KEY, source=CODES),
    Row(
        code="UNAUTHENTICATED",
        means=Meaning.OURS,
        detail="FCM does not take our access token: is mobile_push.service_account a key of this project, "
        "and is this machine's clock right?",
        source=GOOGLE,
    ),
    Row(
        code="PERMISSION_DENIED",
        means=Meaning.OURS,
        detail="the service account may not send: give it the role Firebase Cloud Messaging API Admin, and "
        "enable the Firebase Cloud Messaging API in the project",
        source=GOOGLE,
    ),
    Row(
        code="NOT_FOUND",
        means=Meaning.OURS,
        detail="FCM does not know the project: check mobile_push.fcm_url, and project_id in "
        "mobile_push.service_account",
        source=GOOGLE,
    ),
)
"""FCM itself says which INVALID_ARGUMENT means the token by its words alone, without a violation."""

WAITS: dict[Meaning, float] = {Meaning.QUOTA: 60.0, Meaning.DEVICE_QUOTA: 60.0, Meaning.FAULT: 10.0}
"""Seconds to wait where FCM says nothing (SCALE): it counts its quota by the minute, and asks for 10 s after a fault.
What it does say, in Retry-After or in a `RetryInfo`, counts instead."""
