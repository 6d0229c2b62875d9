"""Where links lead: addresses made whole against the product's, http and https alone."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

from channels.render.bounds import URL_BYTES
from channels.render.error import RenderError
from templates.context import Url

_KNOWN = 1_024
"""Addresses remembered: those of the milestones file, the same in all messages."""
_LONGEST = 2_000
"""Characters, as the milestones file has it."""
_FOREIGN = {ord(each): quote(each) for each in '"<>\\^`{|}'}
"""Printable, and in no address (RFC 3986 section 2): a backslash passes for a slash, others end a link."""


@lru_cache(_KNOWN)
def product_address(url: str) -> Url:
    """Return the product's own address.

    Raises:
        RenderError: it is no http(s) address.
    """
    return _checked(url, "product_url")


@lru_cache(_KNOWN)
def whole(url: str, product_url: str) -> Url:
    """Return an address that may be a path on the product's (RFC 3986 section 5.2).

    Raises:
        RenderError: it is neither a path nor an http(s) address.
    """
    # `//host/path` is an address of another host, whatever it looks like.
    if not url.startswith("/") or url.startswith("//"):
        return _checked(url, "a link")
    return Url(urljoin(product_url, _encoded(url, "a link")))


@lru_cache(_KNOWN)
def within_push(url: Url, product_url: Url) -> Url:
    """Return the address if a notification has room for it; else the product's, or at least its host.

    Raises:
        RenderError: even the host is too long.
    """
    parts = urlsplit(product_url)
    host = Url(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/")
    for each in (url, product_url, host):
        if len(each.encode()) <= URL_BYTES:
            return each
    raise RenderError("product_url is too long for a notification")


def _checked(url: str, what: str) -> Url:
    address = _encoded(url, what)
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname)
    except ValueError:
        named = False
    if not named or parts.scheme not in ("https", "http"):
        raise RenderError(f"{what} is no http(s) address")
    return Url(address)


def _encoded(url: str, what: str) -> str:
    if not url or len(url) > _LONGEST or not url.isprintable() or " " in url:
        raise RenderError(f"{what} is empty, too long, or has a space or a control character")
    return url.translate(_FOREIGN)
