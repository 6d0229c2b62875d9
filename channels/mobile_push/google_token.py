"""An access token from Google, for the signature of a service account (RFC 7523)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import google.auth.transport.requests
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.oauth2.service_account import Credentials

from channels.mobile_push.access_token import AccessToken, AccessTokenError

TIMEOUT = 5.0
"""Seconds for one request; google-auth makes up to three after an answer such as 503, which is harmless for tokens."""
UNSTATED = 300.0
"""Seconds that a token is taken to last if the answer does not say."""

_UNREACHABLE = "no access token: the token endpoint of Google cannot be reached, or does not answer as OAuth2 does"
_REFUSED = (
    "Google gives no access token: the key was deleted, its account is disabled, or this machine's clock is wrong; "
    "make a new key in the Firebase console and name it in mobile_push.service_account"
)


def token_source(credentials: Credentials) -> Callable[[], AccessToken]:
    """Return what fetches a token each time it is called; it blocks, and one call at a time is allowed.

    The call raises `AccessTokenError`.
    """
    request = partial(google.auth.transport.requests.Request(), timeout=TIMEOUT)

    def fetch() -> AccessToken:
        try:
            credentials.refresh(request)
        except GoogleAuthError as error:
            raise _missing(error) from error
        expiry: datetime | None = credentials.expiry
        seconds = UNSTATED if expiry is None else (expiry.replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds()
        return AccessToken(str(credentials.token), seconds)

    return fetch


def _missing(error: GoogleAuthError) -> AccessTokenError:
    """OAuth2's errors (RFC 6749 section 5.2) are for us to mend; a page of something in between is not."""
    answer = error.args[1] if isinstance(error, RefreshError) and len(error.args) > 1 else None
    code = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(code, str) or error.retryable:
        return AccessTokenError("token_unavailable", _UNREACHABLE, ours=False)
    known = code if code.isascii() and code.replace("_", "").isalnum() and len(code) <= 40 else "token_refused"
    return AccessTokenError(known, _REFUSED, ours=True)
