"""What became of one request to a provider, as a value: senders return one, and raise nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The provider took the message. `provider_id` is its own name for it."""

    code: str = ""
    provider_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryLater:
    """This message cannot be taken now; others can. `after` is how many seconds the provider asks to wait.

    `unknown`: the request had left whole, and no answer says whether it was taken. `fewer`: too many were handed over
    at once.
    """

    code: str
    detail: str = ""
    after: float | None = None
    unknown: bool = False
    fewer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unavailable:
    """The provider takes nothing now: it counts against its breaker, and the message is tried again behind it.

    `ours`: credentials or settings look wrong, and then no repeat helps before somebody mends them; the breaker opens
    after three of these in a row (`breaker.OURS_IN_A_ROW`). `at_once`: this one is enough, for it names the account.
    `doubtful`: it may be about this contact's place alone, so only different contacts count. `after`, `unknown` and
    `fewer` as in `RetryLater`.
    """

    code: str
    detail: str = ""
    after: float | None = None
    unknown: bool = False
    ours: bool = False
    at_once: bool = False
    doubtful: bool = False
    fewer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The provider refuses this message for good. It says nothing about the place, unless it is `of_place`: then the
    place takes nothing, and is as good as gone when it has said so again and again.
    """

    code: str
    detail: str = ""
    of_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The place is no more: the contact's standing must say so, or it is tried for ever."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsendable:
    """This message cannot be sent by a fault of ours, whoever is asked: it goes to the dead-letter topic.

    `code` is one of `schemas.reject_codes`.
    """

    code: str
    detail: str = ""


Outcome = Delivered | RetryLater | Unavailable | Rejected | Gone | Unsendable
