"""Reads an answer of FCM by the table of `answers.py`. Pure, but for what `Acceptance` counts."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from channels.dispatch.acceptance import Acceptance
from channels.dispatch.outcome import Delivered, Gone, Outcome, RetryLater, Unavailable, Unsendable
from channels.mobile_push.answers import ROWS, WAITS, Meaning, Row
from stream.runtime.outbound.retry_after import LONGEST_WAIT, retry_after

UNAUTHENTICATED = "UNAUTHENTICATED"
DOUBTED = "places_doubted"
"""Our own code: the device is said to be no more, as so many before it that our side is suspected."""

_TARGETS = ("message.token", "message.fid")
_FIELD = re.compile(r"[\w.\[\]-]{1,100}")
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s")
_BY_STATUS = {401: UNAUTHENTICATED, 403: "PERMISSION_DENIED", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL"}
_WRONG_ACCOUNT = (
    "FCM says of every device that it belongs to another Firebase project: mobile_push.service_account is of another "
    "one than the app's google-services.json"
)
_ALL_DEAD = (
    "FCM says of so many devices in a row that they are no more that none is believed: is mobile_push.service_account "
    "the app's project? If they are really gone, start again, and the next ones are believed"
)


class _Violation(msgspec.Struct):
    field: str = ""
    subject: str = ""
    description: str = ""


class _Detail(msgspec.Struct, rename="camel"):
    error_code: str = ""
    field_violations: list[_Violation] = []
    violations: list[_Violation] = []
    retry_delay: str = ""
    reason: str = ""


class _Error(msgspec.Struct):
    status: str = ""
    message: str = ""
    details: list[_Detail] = []


class _Refusal(msgspec.Struct):
    error: _Error


class _Accepted(msgspec.Struct):
    name: str


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer, taken apart. `after`: the seconds that it asks to wait."""

    code: str
    status: int
    fields: tuple[str, ...]
    words: str
    quota: str
    reasons: tuple[str, ...]
    after: float | None


def outcome_of(status: int, body: bytes, wait: str | None, now: float, acceptance: Acceptance | None = None) -> Outcome:
    """Return what became of a message.

    What has no error code of FCM never buries a device: a 404 may be a wrong address, a 400 a fault of ours. Details
    are in our own words, for FCM's may quote the message.

    Args:
        status: HTTP status.
        body: as it came.
        wait: the header Retry-After.
        now: Unix time, seconds.
        acceptance: what is known of our credentials; None: nothing, as for a single message of an operator.
    """
    acceptance = acceptance or Acceptance()
    if status == 200:
        return _delivered(body, acceptance)
    after = retry_after(wait, now)
    try:
        error = _REFUSAL.decode(body).error
    except msgspec.DecodeError:
        return _unparsable(status, after)
    said = _taken_apart(status, error, after)
    row = next((each for each in ROWS if _fits(each, said)), None)
    return _unnamed(said) if row is None else _meant(row, said, acceptance)


def _delivered(body: bytes, acceptance: Acceptance) -> Outcome:
    try:
        name = _ACCEPTED.decode(body).name
    except msgspec.DecodeError:
        return Unavailable(code="200", detail="the answer is not FCM's: is a proxy in between?", unknown=True)
    acceptance.taken()
    return Delivered(code="200", provider_id=name)


def _unparsable(status: int, after: float | None) -> Outcome:
    wait = WAITS[Meaning.QUOTA if status == 429 else Meaning.FAULT] if after is None else after
    detail = "the answer is not FCM's: check mobile_push.fcm_url, and proxies in between"
    # 504: a gateway gave up on an answer, so FCM may have taken it.
    return Unavailable(code=str(status), detail=detail, after=wait, unknown=status == 504)


def _taken_apart(status: int, error: _Error, after: float | None) -> _Said:
    code = next((each.error_code for each in error.details if each.error_code), "")
    delay = next((found for each in error.details if (found := _DURATION.fullmatch(each.retry_delay))), None)
    if after is None and delay is not None:
        after = min(float(delay[1]), LONGEST_WAIT)
    return _Said(
        code=code or error.status or _BY_STATUS.get(status, str(status)),
        status=status,
        fields=tuple(each.field for detail in error.details for each in detail.field_violations),
        words=error.message,
        quota=" ".join(f"{each.subject} {each.description}" for detail in error.details for each in detail.violations),
        reasons=tuple(each.reason for each in error.details if each.reason),
        after=after,
    )


def _fits(row: Row, said: _Said) -> bool:
    return (
        row.code == said.code
        and (row.apns is None or row.apns in said.reasons)
        and (not row.token or (bool(said.fields) and all(each in _TARGETS for each in said.fields)))
        and (row.words is None or (not said.fields and row.words.search(said.words) is not None))
        and (row.quota is None or row.quota.search(said.quota) is not None)
    )


def _meant(row: Row, said: _Said, acceptance: Acceptance) -> Outcome:
    code, wait = row.code, WAITS.get(row.means) if said.after is None else said.after
    match row.means:
        case Meaning.DEAD if acceptance.believes_dead():
            return Gone(code=code, detail=row.detail)
        case Meaning.DEAD:
            return Unavailable(code=DOUBTED, detail=_ALL_DEAD, ours=True)
        case Meaning.FOREIGN if acceptance.believes_foreign():
            return Gone(code=code, detail=row.detail)
        case Meaning.FOREIGN:
            detail = _WRONG_ACCOUNT if row.apns is None else f"{row.detail}, and of many others"
            return Unavailable(code=code, detail=detail, ours=True)
        case Meaning.MESSAGE:
            named = ", ".join(each for each in said.fields if _FIELD.fullmatch(each)) or "a field that it does not name"
            return Unsendable(code="refused_payload", detail=f"FCM refuses the message, {row.detail}: {named}")
        case Meaning.OURS:
            return Unavailable(code=code, detail=row.detail, ours=True)
        case Meaning.DEVICE_QUOTA:
            return RetryLater(code=code, detail=row.detail, after=wait)
        case _:
            unknown = row.means is Meaning.UNKNOWN or said.status == 504
            return Unavailable(code=code, detail=row.detail, after=wait or WAITS[Meaning.FAULT], unknown=unknown)


def _unnamed(said: _Said) -> Outcome:
    code = said.code if re.fullmatch(r"\w{1,40}", said.code, re.ASCII) else "unreadable"
    if 400 <= said.status < 500 and said.status not in (408, 429):
        return Unavailable(code=code, detail=f"FCM refuses requests with HTTP {said.status}", after=said.after)
    wait = WAITS[Meaning.FAULT] if said.after is None else said.after
    return Unavailable(code=code, detail="a fault within FCM", after=wait, unknown=said.status == 504)


_REFUSAL = msgspec.json.Decoder(_Refusal)
_ACCEPTED = msgspec.json.Decoder(_Accepted)
