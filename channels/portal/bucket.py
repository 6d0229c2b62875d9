"""Which rate limit a request falls under."""

from __future__ import annotations

from hashlib import sha256

from starlette.requests import Request

from channels.portal.client_address import client_of
from channels.portal.tokens import Tokens


class Bucket:
    """Names the bucket of a request: its client's, with two exceptions.

    A mailbox provider posts the one-click wishes of all its users from a few addresses (RFC 8058), and a wish that is
    refused may never come again: a genuine one falls under the limit of its own link. Probes of /healthz under none.
    """

    def __init__(self, tokens: Tokens, trusted_proxies: int) -> None:
        self._tokens, self._trusted_proxies = tokens, trusted_proxies

    def __call__(self, request: Request) -> str | None:
        """Return the name of the bucket, None for no limit."""
        path = request.url.path
        if path == "/healthz":
            return None
        token = path.removeprefix("/u/")
        if request.method == "POST" and token != path and self._tokens.unsubscribe.open(token):
            return sha256(token.encode()).hexdigest()
        return client_of(request, self._trusted_proxies)
