"""What the answer of a push service means. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable, Unsendable
from stream.runtime.outbound.retry_after import retry_after


def outcome_of(status: int, headers: Mapping[str, str], *, now: float, accepted: bool) -> Outcome:
    """Return the outcome of a request that was answered.

    The texts are ours: a push service's own may hold the endpoint, or what a stranger wants to see in our logs.

    Args:
        status: of HTTP, 200 or more.
        headers: of the answer; names are looked up as RFC 9110 writes them.
        now: epoch seconds, for Retry-After.
        accepted: whether this push service has taken a message with the same VAPID token before.
    """
    code = str(status)
    if 200 <= status < 300:
        # RFC 8030 section 5: 201, or 202 where a receipt was asked for. Others say 200 or 204, and mean the same.
        return Delivered(code=code, provider_id=_message_of(headers.get("Location")))
    after = retry_after(headers.get("Retry-After"), now)
    if status >= 500:
        return Unavailable(code=code, detail="the push service has a fault", after=after)
    if status in (401, 403):
        return _unauthorised(code, after, accepted=accepted)
    if status in (404, 410):
        # RFC 8030 section 7.3: 404 for what has expired; 410 is what the push services say.
        return Gone(code=code, detail="the browser's subscription is no more")
    if status in (400, 413):
        return Unsendable(code="refused_payload", detail=f"{status}: {_OURS[status]}")
    if status in _BUSY:
        return Unavailable(code=code, detail=_BUSY[status], after=after)
    return Rejected(code=code, detail="a redirect, which is not followed" if status < 400 else "refused")


def _unauthorised(code: str, after: float | None, *, accepted: bool) -> Outcome:
    """Never `Gone`: with a wrong key every subscription is answered so, and all of them would be thrown away.

    A browser that subscribed with another key is answered so too. Where the token has been taken before, ours is right,
    and one such browser, which a stranger can make, must not stop the others.
    """
    if accepted:
        return RetryLater(code=code, detail="this subscription was made with another VAPID key", after=after)
    detail = "VAPID key or subject refused, the clock is wrong, or the subscription was made with another key"
    return Unavailable(code=code, detail=detail, after=after, ours=True)


def _message_of(location: str | None) -> str | None:
    """The push service's name for the message: the address in Location (RFC 8030 section 5)."""
    return location if location and _LOCATION.fullmatch(location) else None


_LOCATION = re.compile("[!-~]{1,1024}")
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
