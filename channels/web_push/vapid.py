"""Who we are, signed for each push service (VAPID, RFC 8292)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from py_vapid import Vapid02

from channels.dispatch.acceptance import Acceptance
from channels.web_push.keys import VapidKeys
from channels.web_push.subject import checked_subject
from stream.runtime.settings import WebPush

LIFETIME = 12 * 3_600
"""Seconds from a token's making to its `exp`: half of the day that RFC 8292 section 2 allows, for clocks differ."""
RENEW_AFTER = 11 * 3_600
"""Seconds for which a token is used: it has an hour left then, for a push service whose clock is ahead."""
ORIGINS = 1_024
"""Tokens kept, about 0.5 KB each. Push services have some dozens of hosts, but strangers name the subdomains."""


@dataclass(slots=True, kw_only=True)
class Token:
    """What proves to one push service who we are, and whether it has taken messages with our key."""

    authorization: str
    made_at: float
    acceptance: Acceptance


class Vapid:
    """Signs tokens and keeps each for hours: a signature costs 50 us, a third of what a message's encryption does."""

    def __init__(self, keys: VapidKeys, subject: str) -> None:
        """Take the keys, and how push services reach us.

        Raises:
            CairnError: the subject is no address that can be reached (exit 2).
        """
        self.public_key = keys.public
        self._subject = checked_subject(subject)
        # Not strict: py_vapid would refuse an https address with a path, which RFC 8292 section 2.1 allows.
        self._signer = Vapid02(keys.key, conf={"no-strict": True})
        self._tokens: OrderedDict[str, Token] = OrderedDict()

    @classmethod
    def of(cls, settings: WebPush) -> Vapid:
        """Return what the settings say.

        Raises:
            CairnError: key or subject cannot be used (exit 2).
        """
        return cls(VapidKeys.read(settings.vapid_private_key), settings.vapid_subject)

    def token(self, origin: str, now: float) -> Token:
        """Return a token for the push service of that origin at `now` (epoch seconds)."""
        token = self._tokens.get(origin)
        # A clock that was set back would make `exp` lie more than a day ahead.
        if token is None or not token.made_at <= now < token.made_at + RENEW_AFTER:
            # What was accepted is forgotten: by a clock that was set wrong meanwhile, the new one is at fault.
            token = self._tokens[origin] = Token(
                authorization=self._sign(origin, now), made_at=now, acceptance=Acceptance()
            )
        self._tokens.move_to_end(origin)
        if len(self._tokens) > ORIGINS:
            self._tokens.popitem(last=False)
        return token

    def _sign(self, origin: str, now: float) -> str:
        claims = {"aud": origin, "exp": int(now) + LIFETIME, "sub": self._subject}
        authorization: str = self._signer.sign(claims)["Authorization"]
        return authorization
