"""What the answer of a push service means: by the table of `answers.py`, else by its status. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from channels.dispatch.acceptance import Acceptance
from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable, Unsendable
from channels.web_push.answers import ROWS, Meaning, Row
from stream.runtime.outbound.retry_after import retry_after

DOUBTED = "places_doubted"
"""Our own code: the subscription is said to be no more, as so many before it that the push service is not believed."""


class _Body(msgspec.Struct):
    reason: str | None = None
    errno: int | None = None


def outcome_of(
    status: int, headers: Mapping[str, str], body: bytes = b"", *, now: float, acceptance: Acceptance
) -> Outcome:
    """Return the outcome of a request that was answered.

    The texts are ours: a push service's own may hold the endpoint, or what a stranger wants to see in our logs.

    Args:
        status: of HTTP, 200 or more.
        headers: of the answer; names are looked up as RFC 9110 writes them.
        body: the beginning of the answer's body.
        now: epoch seconds, for Retry-After.
        acceptance: what is known of our VAPID key at this push service.
    """
    code = str(status)
    if 200 <= status < 300:
        acceptance.taken()
        # RFC 8030 section 5: 201, or 202 where a receipt was asked for. Others say 200 or 204, and mean the same.
        return Delivered(code=code, provider_id=_message_of(headers.get("Location")))
    after = retry_after(headers.get("Retry-After"), now)
    row = _row_of(status, body)
    if row is not None:
        return _meant(row, f"{code} {row.name}".strip(), after, acceptance)
    if status >= 500:
        return Unavailable(code=code, detail="the push service has a fault", after=after)
    if status in (401, 403):
        return _unauthorised(code, _NOT_TAKEN, after, acceptance)
    if status in (404, 410):
        # RFC 8030 section 7.3: 404 for what has expired; 410 is what the push services say.
        return _gone(code, "the browser's subscription is no more", acceptance)
    if status in (400, 413):
        return Unsendable(code="refused_payload", detail=f"{status}: {_OURS[status]}")
    if status in _BUSY:
        return Unavailable(code=code, detail=_BUSY[status], after=after)
    return Rejected(code=code, detail="a redirect, which is not followed" if status < 400 else "refused")


def _row_of(status: int, body: bytes) -> Row | None:
    """The row that says what a body means. One that is cut off, or of another kind, has its words at most."""
    try:
        said = _BODY.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = _Body()
    words = body.decode("utf-8", "replace")

    def fits(row: Row) -> bool:
        return (
            (not row.statuses or status in row.statuses)
            and (row.reason is None or row.reason == said.reason)
            and (row.errno is None or row.errno == said.errno)
            and (row.words is None or row.words.search(words) is not None)
        )

    return next((row for row in ROWS if fits(row)), None) if body and status >= 400 else None


def _meant(row: Row, code: str, after: float | None, acceptance: Acceptance) -> Outcome:
    match row.means:
        case Meaning.GONE:
            return _gone(code, row.detail, acceptance)
        case Meaning.OTHER_KEY if acceptance.believes_foreign():
            return Gone(code=code, detail=row.detail)
        case Meaning.OTHER_KEY:
            detail = f"{row.detail}, and so are others: web_push.vapid_private_key is not the one that browsers use"
            return Unavailable(code=code, detail=detail, after=after, ours=True)
        case Meaning.SIGNATURE:
            return _unauthorised(code, row.detail, after, acceptance)
        case Meaning.MESSAGE:
            return Unsendable(code="refused_payload", detail=f"{code}: {row.detail}")
        case Meaning.DEVICE_QUOTA:
            return RetryLater(code=code, detail=row.detail, after=after)
        case Meaning.PLACE:
            return Rejected(code=code, detail=row.detail)
        case _:
            return Unavailable(code=code, detail=row.detail, after=after)


def _gone(code: str, detail: str, acceptance: Acceptance) -> Outcome:
    if acceptance.believes_dead():
        return Gone(code=code, detail=detail)
    doubt = f"so many subscriptions in a row are said to be no more that none is believed ({code})"
    return Unavailable(code=DOUBTED, detail=doubt, ours=True)


def _unauthorised(code: str, detail: str, after: float | None, acceptance: Acceptance) -> Outcome:
    """Never `Gone`: with a wrong key every subscription is answered so, and all of them would be thrown away.

    A browser that subscribed with another key is answered so too. Where the token has been taken before, ours is right,
    and one such browser, which a stranger can make, must not stop the others. Many in a row show that it is right no
    more: a clock that jumped, a key that the push service has withdrawn.
    """
    proven = acceptance.proven
    if acceptance.believes_foreign():
        return RetryLater(code=code, detail=f"{detail}; or {_ANOTHER}", after=after)
    return Unavailable(code=code, detail=detail, after=after, ours=True, doubtful=proven)


def _message_of(location: str | None) -> str | None:
    """The push service's name for the message: the address in Location (RFC 8030 section 5)."""
    return location if location and _LOCATION.fullmatch(location) else None


_BODY = msgspec.json.Decoder(_Body)
_LOCATION = re.compile("[!-~]{1,1024}")
_NOT_TAKEN = "VAPID key or subject refused, or the clock is wrong"
_ANOTHER = "this subscription was made with another VAPID key"
_OURS = {
    400: "the push service finds the request malformed",
    413: "the push service finds the message too large",
}
_BUSY = {
    # As Windows says it: "WNS HTTP response codes", learn.microsoft.com.
    406: "too many messages for the push service",
    408: "the push service did not get the whole request",
    429: "too many messages for the push service",
}
