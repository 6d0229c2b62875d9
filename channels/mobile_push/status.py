"""What FCM's answers mean (its reference: ErrorCode, and "Best practices when sending at scale"). Pure."""

from __future__ import annotations

import re

import msgspec

from channels.dispatch.outcome import Delivered, Gone, Outcome, Unavailable, Unsendable
from stream.runtime.outbound.retry_after import retry_after

UNAUTHENTICATED = "UNAUTHENTICATED"
SENDER_ID_MISMATCH = "SENDER_ID_MISMATCH"

_QUOTA_WAIT = 60.0
"""Seconds: FCM counts its quota by the minute."""
_FAULT_WAIT = 10.0
"""Seconds: the least that FCM asks for after 500 and 503."""
_TARGETS = ("message.token", "message.fid")
_FIELD = re.compile(r"[\w.\[\]-]{1,100}")

_CURES = {
    "THIRD_PARTY_AUTH_ERROR": "Apple refuses FCM: renew the APNs key in the Firebase console, under Cloud Messaging",
    UNAUTHENTICATED: "FCM does not take our access token: is mobile_push.service_account a key of this project, "
    "and is this machine's clock right?",
    "PERMISSION_DENIED": "the service account may not send: give it the role Firebase Cloud Messaging API Admin, and "
    "enable the Firebase Cloud Messaging API in the project",
    "NOT_FOUND": "FCM does not know the project: check mobile_push.fcm_url, and project_id in "
    "mobile_push.service_account",
}
_BY_STATUS = {401: UNAUTHENTICATED, 403: "PERMISSION_DENIED", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL"}


class _Violation(msgspec.Struct):
    field: str = ""


class _Detail(msgspec.Struct, rename="camel"):
    error_code: str = ""
    field_violations: list[_Violation] = []


class _Error(msgspec.Struct):
    status: str = ""
    details: list[_Detail] = []


class _Refusal(msgspec.Struct):
    error: _Error


class _Accepted(msgspec.Struct):
    name: str


def outcome_of(status: int, body: bytes, wait: str | None, now: float) -> Outcome:
    """Return what became of a message.

    What has no error code of FCM never buries a device: a 404 may be a wrong address, a 400 a fault of ours. Details
    are in our own words, for FCM's may quote the message.

    Args:
        status: HTTP status.
        body: as it came.
        wait: the header Retry-After.
        now: Unix time, seconds.
    """
    if status == 200:
        return _delivered(body)
    try:
        error = _REFUSAL.decode(body).error
    except msgspec.DecodeError:
        return _unparsable(status, retry_after(wait, now))
    code = next((each.error_code for each in error.details if each.error_code), "")
    return _refused(code or error.status or _BY_STATUS.get(status, str(status)), status, error, retry_after(wait, now))


def _delivered(body: bytes) -> Outcome:
    try:
        return Delivered(code="200", provider_id=_ACCEPTED.decode(body).name)
    except msgspec.DecodeError:
        return Unavailable(code="200", detail="the answer is not FCM's: is a proxy in between?", unknown=True)


def _unparsable(status: int, after: float | None) -> Outcome:
    least = _QUOTA_WAIT if status == 429 else _FAULT_WAIT
    detail = "the answer is not FCM's: check mobile_push.fcm_url, and proxies in between"
    # 504: a gateway gave up on an answer, so FCM may have taken it.
    return Unavailable(code=str(status), detail=detail, after=max(after or 0.0, least), unknown=status == 504)


def _refused(code: str, status: int, error: _Error, after: float | None) -> Outcome:
    match code:
        case "UNREGISTERED":
            return Gone(code=code, detail="the app was removed, or its token expired")
        case "SENDER_ID_MISMATCH":
            return Gone(code=code, detail="the token belongs to an app of another Firebase project")
        case "INVALID_ARGUMENT":
            return _invalid(error)
        case "QUOTA_EXCEEDED" | "RESOURCE_EXHAUSTED":
            detail = "the quota of the project or of the device is used up"
            return Unavailable(code=code, detail=detail, after=max(after or 0.0, _QUOTA_WAIT))
        case _ if code in _CURES:
            return Unavailable(code=code, detail=_CURES[code], ours=True)
        case _ if 400 <= status < 500 and status not in (408, 429):
            return Unavailable(code=_short(code), detail=f"FCM refuses requests with HTTP {status}", after=after)
        case _:
            wait = max(after or 0.0, _FAULT_WAIT)
            unknown = status == 504 or code == "DEADLINE_EXCEEDED"
            return Unavailable(code=_short(code), detail="a fault within FCM", after=wait, unknown=unknown)


def _invalid(error: _Error) -> Outcome:
    """The same code stands for a bad token and for a bad message: only the field tells them apart."""
    fields = [each.field for detail in error.details for each in detail.field_violations]
    if fields and all(each in _TARGETS for each in fields):
        return Gone(code="INVALID_ARGUMENT", detail="it is no token of FCM")
    named = ", ".join(each for each in fields if _FIELD.fullmatch(each)) or "a field that it does not name"
    return Unsendable(code="refused_payload", detail=f"FCM refuses the message, INVALID_ARGUMENT: {named}")


def _short(code: str) -> str:
    return code if re.fullmatch(r"\w{1,40}", code, re.ASCII) else "unreadable"


_REFUSAL = msgspec.json.Decoder(_Refusal)
_ACCEPTED = msgspec.json.Decoder(_Accepted)
