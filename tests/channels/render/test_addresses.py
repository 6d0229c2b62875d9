"""Links lead to http(s) addresses, made whole against the product's."""

from __future__ import annotations

import pytest

from channels.render.addresses import product_address, whole, within_push
from channels.render.bounds import URL_BYTES
from channels.render.error import RenderError
from templates.context import Url

PRODUCT = "https://app.acme.example/start"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("/invite", "https://app.acme.example/invite"),
        ("/invite?a=b#c", "https://app.acme.example/invite?a=b#c"),
        ("https://forum.example/x", "https://forum.example/x"),
        ('/"><script>', "https://app.acme.example/%22%3E%3Cscript%3E"),
        ("/\\evil.example", "https://app.acme.example/%5Cevil.example"),
        ("https://forum.example/?q={a|b}", "https://forum.example/?q=%7Ba%7Cb%7D"),
    ],
)
def test_an_address_is_made_whole(url: str, address: str) -> None:
    """A path goes to the product's host; what the milestones file allows and an address does not is encoded."""
    assert whole(url, PRODUCT) == address


@pytest.mark.parametrize(
    "url",
    ["", "//evil.example/x", "javascript:alert(1)", "data:text/html,x", "ftp://x.example", "/a b", "invite",
     "/a\nb", "https://", "http://[", "/" + "a" * 2000],
)  # fmt: skip
def test_another_address_is_refused(url: str) -> None:
    """Other schemes, other hosts in disguise, and characters that break out of a header."""
    with pytest.raises(RenderError):
        whole(url, PRODUCT)


def test_what_is_too_long_for_a_notification() -> None:
    """It leads to the product, and to its host if that is too long as well."""
    long = Url("https://app.acme.example/" + "é" * 520)

    assert within_push(Url(PRODUCT), Url("https://other.example/")) == PRODUCT
    assert within_push(long, Url(PRODUCT)) == PRODUCT
    assert within_push(long, long) == "https://app.acme.example/"
    assert len(long.encode()) > URL_BYTES


def test_a_product_without_an_address() -> None:
    """It is an error that names the field."""
    with pytest.raises(RenderError, match="product_url"):
        product_address("acme")
