"""A setting that cannot be used is refused at start, with its name and the cure."""

from __future__ import annotations

import pytest

from channels.portal.product import Product
from channels.portal.settings import PortalSettings, SettingError, faults_of
from stream.runtime.settings import Portal
from tests.channels.portal.browser import KEY, settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("public_url", "acme.example"),
        ("public_url", "https://acme.example/?a=b"),
        ("product_url", "javascript:alert(1)"),
        ("image_url", "/card.png"),
        ("product_name", " "),
        ("trusted_proxies", -1),
        ("burst", 0),
        ("clients", 0),
        ("requests_per_second", 0.0),
        ("publish_seconds", float("nan")),
    ],
)
def test_an_unfit_setting_is_named(name: str, value: object) -> None:
    """What, where, and how to mend it."""
    with pytest.raises(SettingError) as caught:
        settings(**{name: value})

    assert caught.value.where == name
    assert caught.value.fix


def test_every_fault_of_the_section_is_found_at_once() -> None:
    """Who sets it up mends all of it before the next start."""
    faults = faults_of(Portal(keys=("short",), image_url="/card.png"))

    assert list(faults) == ["public_url", "keys", "image_url"]
    assert all(each.fix for each in faults.values())
    assert faults_of(SECTION) == {}


def test_the_section_and_the_product_make_the_settings() -> None:
    """Each setting of the section reaches the pages."""
    made = PortalSettings.of(SECTION, Product("Boards", "https://boards.example"))

    assert made == PortalSettings(
        public_url="https://acme.example/p",
        product_name="Boards",
        product_url="https://boards.example",
        keys=(KEY,),
        image_url="https://acme.example/card.png",
        trusted_proxies=2,
        requests_per_second=1.5,
        burst=3,
        publish_seconds=4.0,
    )


SECTION = Portal(
    public_url="https://acme.example/p",
    keys=(KEY,),
    image_url="https://acme.example/card.png",
    trusted_proxies=2,
    requests_per_second=1.5,
    burst=3,
    publish_timeout=4.0,
)


def test_settings_do_not_print_their_keys() -> None:
    """They end in logs and tracebacks."""
    assert KEY not in repr(settings())
