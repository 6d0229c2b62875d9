"""What push services say in the body of a refusal, as data: each row with where it is written.

The status alone does not tell a wrong key from a subscription that was made with another one, nor a message that is
malformed from one device that gets too many. Read from above; the first row that fits counts. What fits none is judged
by its status (`status.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

APPLE = "developer.apple.com/documentation/usernotifications/sending-web-push-notifications-in-web-apps-and-browsers"
"""`{"reason": …}`, as the table of response strings has it."""
APNS = "developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns"
"""The reasons of the service behind it; some come through."""
MOZILLA = "mozilla-services.github.io/autopush-rs/errors.html"
"""`{"errno": …}`: the error codes of autopush."""
AUTOPUSH = "github.com/mozilla-services/autopush-rs autoendpoint/src/error.rs, headers/vapid.rs"
CHROME = "github.com/web-push-libs/webpush-java/issues/212"
"""FCM as a push service writes plain words, and documents none of them."""
CHROME_HEADER = "github.com/web-push-libs/web-push-php/issues/325"
CHROME_JWT = "github.com/web-push-libs/web-push/issues/679"
CHROME_UNSIGNED = "github.com/web-push-libs/web-push/issues/237"


class Meaning(Enum):
    """What an answer is about."""

    GONE = "the subscription is no more"
    OTHER_KEY = "the subscription was made with another key"
    SIGNATURE = "key, subject or clock are wrong, or it is another key's subscription"
    MESSAGE = "the request is malformed, and we made it"
    DEVICE_QUOTA = "too many messages for this browser"
    BUSY = "too many messages for the push service"
    FAULT = "something within the push service fails"
    PLACE = "the endpoint is none that the push service serves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One answer: a reason of Apple, an errno of Mozilla, or words; with `words` beside another both must fit.

    `statuses` are those that it comes with; where they are empty any will do.
    """

    means: Meaning
    detail: str
    source: str
    statuses: tuple[int, ...] = ()
    reason: str | None = None
    errno: int | None = None
    words: re.Pattern[str] | None = None

    @property
    def name(self) -> str:
        """What a receipt's code has beside the status; empty for words, which are no name."""
        return self.reason or (f"errno {self.errno}" if self.errno is not None else "")


def _apple(reason: str, means: Meaning, detail: str, *statuses: int, source: str = APPLE) -> Row:
    return Row(reason=reason, means=means, detail=detail, statuses=statuses, source=source)


def _mozilla(errno: int, means: Meaning, detail: str, *statuses: int) -> Row:
    return Row(errno=errno, means=means, detail=detail, statuses=statuses, source=MOZILLA)


_SUBJECT = (
    "Apple does not take our token: web_push.vapid_subject must be an address that can be reached, the key must be the "
    "one that browsers subscribed with, and this machine's clock right"
)
_ANOTHER = "this subscription was made with another VAPID key"

ROWS: tuple[Row, ...] = (
    _apple("BadJwtToken", Meaning.SIGNATURE, _SUBJECT),
    _apple("ExpiredJwtToken", Meaning.SIGNATURE, "our token has expired: this machine's clock is wrong"),
    _apple("BadAuthorizationHeader", Meaning.SIGNATURE, "the header that says who we are is not taken"),
    _apple("BadVapidPublicKey", Meaning.SIGNATURE, "our public key is not taken"),
    _apple("VapidPkHashMismatch", Meaning.OTHER_KEY, _ANOTHER),
    _apple("BadTtl", Meaning.MESSAGE, "TTL is not taken"),
    _apple("BadUrgency", Meaning.MESSAGE, "Urgency is not taken"),
    _apple("BadWebPushTopic", Meaning.MESSAGE, "Topic is not taken"),
    _apple("BadWebPushRequest", Meaning.MESSAGE, "the request is malformed"),
    _apple("PayloadTooLarge", Meaning.MESSAGE, "the message is too large"),
    _apple("BadPath", Meaning.GONE, "the endpoint is none of Apple's"),
    _apple("BadDeviceToken", Meaning.GONE, "the endpoint is none of Apple's", source=APNS),
    _apple("Unregistered", Meaning.GONE, "the browser's subscription is no more", source=APNS),
    _apple("TooManyRequests", Meaning.DEVICE_QUOTA, "too many messages for this browser"),
    _apple("InternalServerError", Meaning.FAULT, "the push service has a fault"),
    _apple("ServiceUnavailable", Meaning.FAULT, "the push service is unavailable"),
    _apple("Shutdown", Meaning.FAULT, "the push service shuts down"),
    Row(
        errno=109,
        words=re.compile("public key mismatch", re.IGNORECASE),
        means=Meaning.OTHER_KEY,
        detail=_ANOTHER,
        source=AUTOPUSH,
    ),
    _mozilla(109, Meaning.SIGNATURE, "our token is not taken: key, subject or this machine's clock"),
    _mozilla(101, Meaning.MESSAGE, "the encryption keys are missing"),
    _mozilla(110, Meaning.MESSAGE, "the encryption is not taken"),
    _mozilla(111, Meaning.MESSAGE, "a header is missing"),
    _mozilla(112, Meaning.MESSAGE, "TTL is not taken"),
    _mozilla(113, Meaning.MESSAGE, "Topic is not taken"),
    _mozilla(104, Meaning.MESSAGE, "the message is too large"),
    _mozilla(102, Meaning.GONE, "the endpoint is none of Mozilla's"),
    _mozilla(103, Meaning.GONE, "the browser's subscription is no more"),
    _mozilla(105, Meaning.GONE, "the browser's subscription is no more"),
    _mozilla(106, Meaning.GONE, "the browser's subscription is no more"),
    _mozilla(108, Meaning.PLACE, "the endpoint leads to no kind of browser that Mozilla serves"),
    _mozilla(201, Meaning.BUSY, "too many messages for the push service"),
    _mozilla(202, Meaning.FAULT, "the push service is unavailable"),
    _mozilla(900, Meaning.FAULT, "a service behind the push service is set up wrongly"),
    _mozilla(901, Meaning.FAULT, "a service behind the push service does not let it in"),
    _mozilla(902, Meaning.FAULT, "a service behind the push service cannot be reached"),
    _mozilla(903, Meaning.FAULT, "a service behind the push service does not answer in time"),
    _mozilla(999, Meaning.FAULT, "the push service has a fault"),
    Row(
        words=re.compile("do not correspond to the credentials used to create the subscription", re.IGNORECASE),
        statuses=(401, 403),
        means=Meaning.OTHER_KEY,
        detail=_ANOTHER,
        source=CHROME,
    ),
    Row(
        words=re.compile("UnauthorizedRegistration"),
        statuses=(400, 401, 403),
        means=Meaning.SIGNATURE,
        detail="our signature is not taken",
        source=CHROME_UNSIGNED,
    ),
    Row(
        words=re.compile("authorization header must be specified", re.IGNORECASE),
        statuses=(401,),
        means=Meaning.SIGNATURE,
        detail="the header that says who we are is not taken",
        source=CHROME_HEADER,
    ),
    Row(
        words=re.compile("invalid jwt", re.IGNORECASE),
        statuses=(400, 401, 403),
        means=Meaning.SIGNATURE,
        detail="our token is not taken: key, subject or this machine's clock",
        source=CHROME_JWT,
    ),
)
