"""The links that a message carries to the portal."""

from __future__ import annotations

from channels.portal.tokens import BadgeToken, Share, Tokens, Unsubscribe


class Links:
    """Makes links from the portal's public address and its seals."""

    def __init__(self, public_url: str, tokens: Tokens) -> None:
        """Take the address as the world sees it, such as `https://acme.example/celebrate`."""
        self._root = public_url.rstrip("/")
        self._tokens = tokens

    def share(self, content: Share) -> str:
        """Return the address of the page to share.

        Raises:
            ContentError: a value is too long or not of its form.
        """
        return self.share_of(self._tokens.share.close(content))

    def share_of(self, token: str) -> str:
        """Return the address of the page to share of a sealed text."""
        return f"{self._root}/m/{token}"

    def card_of(self, token: str, version: str) -> str:
        """Return the address of the stat card of a sealed text; `version` changes with what else it shows."""
        return f"{self._root}/c/{token}.png?v={version}"

    def badge(self, content: BadgeToken) -> str:
        """Return the address of a badge without its ending: with `.gif` it is the animated one, with `.png` the icon.

        The same content has the same address, so that caches on the way keep one for all readers.

        Raises:
            ContentError: a value is too long or not of its form.
        """
        return f"{self._root}/b/{self._tokens.badge.close(content)}"

    def unsubscribe(self, content: Unsubscribe) -> str:
        """Return the address for the visible link and for List-Unsubscribe (RFC 8058 section 3.1) alike.

        Raises:
            ContentError: a value is too long or not of its form.
        """
        return f"{self._root}/u/{self._tokens.unsubscribe.close(content)}"
