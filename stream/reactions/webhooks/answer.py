"""What an endpoint's answer means for the record. Pure.

2xx                          done
408, 425, 429, 5xx, nothing  tried again; Retry-After is followed, an hour at most
410                          the endpoint is no more: it rests until a person acts
3xx                          no redirect is followed: set aside
other 4xx                    it will never take this record: set aside
"""

from __future__ import annotations

from stream.reactions.refusal import Rest, SetAside, TryAgain
from stream.runtime.outbound.retry_after import retry_after
from stream.runtime.outbound.transport import Answer, Unanswered

_LATER = frozenset({408, 425, 429})
_GONE = 410


def code_of(answer: Answer | Unanswered) -> str:
    """Return the status, or why there is none, as one word."""
    return answer.code if isinstance(answer, Unanswered) else str(answer.status)


def refusal_of(answer: Answer | Unanswered, host: str, now: float) -> Exception | None:
    """Return what to say of the record at `now` (epoch seconds); None when it is done.

    The texts are ours: an answer's own may hold anything.
    """
    if isinstance(answer, Unanswered):
        return TryAgain(f"{host}: {answer.detail}")
    status = answer.status
    if 200 <= status < 300:
        return None
    if status == _GONE:
        return Rest(f"{host} answered 410 Gone: take it out of webhooks.urls, or bring it back and restart")
    if status in _LATER or status >= 500:
        return TryAgain(f"{host} answered {status}", after=retry_after(answer.headers.get("Retry-After"), now))
    if 300 <= status < 400:
        return SetAside(f"{host} answered {status}: no redirect is followed", code="webhook_refused")
    return SetAside(f"{host} answered {status}", code="webhook_refused")
