"""Where links lead: addresses made whole against the product's, http and https alone."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from channels.render.bounds import URL_BYTES
from channels.render.error import RenderError
from templates.context import Url

_LONGEST = 2_000
"""Characters, as the milestones file has it."""


def product_address(url: str) -> Url:
    """Return the product's own address.

    Raises:
        RenderError: it is no http(s) address.
    """
    return _checked(url, "product_url")


def whole(url: str, product_url: str) -> Url:
    """Return an address that may be a path on the product's (RFC 3986 section 5.2).

    Raises:
        RenderError: it leads elsewhere than to an http(s) address, or has characters that no address has.
    """
    # `//host/path` is an address of another host, whatever it looks like.
    if url.startswith("//"):
        raise RenderError("a link begins with // and leads to another host")
    _printable(url, "a link")
    return _checked(urljoin(product_url, url), "a link")


def within_push(url: Url, product_url: Url) -> Url:
    """Return the address if a notification has room for it; else the product's, or at least its host."""
    if len(url.encode()) <= URL_BYTES:
        return url
    if len(product_url.encode()) <= URL_BYTES:
        return product_url
    parts = urlsplit(product_url)
    host = Url(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/")
    if len(host.encode()) > URL_BYTES:
        raise RenderError("product_url is too long for a notification")
    return host


def _checked(url: str, what: str) -> Url:
    _printable(url, what)
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname)
    except ValueError:
        named = False
    if not named or parts.scheme not in ("https", "http"):
        raise RenderError(f"{what} is no http(s) address")
    return Url(url)


def _printable(url: str, what: str) -> None:
    if not url or len(url) > _LONGEST or not url.isprintable() or any(each in url for each in ' <>"\\^`{|}'):
        raise RenderError(f"{what} is empty, too long, or has a character that no address has")
