"""A setting that cannot be used is refused at start, with its name and the cure."""

from __future__ import annotations

import pytest

from channels.portal.settings import SettingError
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


def test_settings_do_not_print_their_keys() -> None:
    """They end in logs and tracebacks."""
    assert KEY not in repr(settings())
