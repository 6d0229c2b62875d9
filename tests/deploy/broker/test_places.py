"""Where the cache is."""

from pathlib import Path

import pytest

from deploy.broker.places import cache_root


@pytest.mark.parametrize(
    ("environ", "place"),
    [
        ({"CAIRN_CACHE_DIR": "/own", "XDG_CACHE_HOME": "/xdg"}, Path("/own")),
        ({"XDG_CACHE_HOME": "/xdg"}, Path("/xdg/cairn")),
        ({"XDG_CACHE_HOME": "relative"}, Path.home() / ".cache" / "cairn"),
        ({"CAIRN_CACHE_DIR": ""}, Path.home() / ".cache" / "cairn"),
        ({}, Path.home() / ".cache" / "cairn"),
    ],
)
def test_the_cache_follows_the_settings_then_xdg(environ: dict[str, str], place: Path) -> None:
    """Our setting wins, XDG comes next, empty and relative values are none."""
    assert cache_root(environ) == place
