"""The pictures of notifications."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PIL import Image

import channels.portal
from channels.artwork.badge import Badge
from channels.artwork.studio import Studio, mono
from tests.channels.artwork.samples import BADGE, LONGEST_BADGE, opened

PLAIN = msgspec.structs.replace(BADGE, number="", label="")


@pytest.mark.parametrize("badge", [BADGE, PLAIN, LONGEST_BADGE], ids=["number", "plain", "longest"])
def test_an_icon_is_as_browsers_want_it(badge: Badge) -> None:
    """192 x 192, PNG, small, with clear corners, the same each time."""
    body = Studio().icon(badge).body
    image = opened(body)

    assert (image.format, image.size, image.mode) == ("PNG", (192, 192), "RGBA")
    assert len(body) < 30_000
    assert image.getpixel((0, 0))[3] == 0  # type: ignore[index]
    assert body == Studio().icon(badge).body


def test_a_number_too_long_to_be_read_is_left_out() -> None:
    """The icon is that of the plain cairn: the text beside it says the number."""
    long = msgspec.structs.replace(LONGEST_BADGE, stones=6)

    assert Studio().icon(long).body == Studio().icon(PLAIN).body
    assert Studio().icon(BADGE).body != Studio().icon(PLAIN).body


def test_the_badge_of_the_status_bar_is_as_drawn() -> None:
    """The asset is what the studio draws: 96 x 96, white or clear, in three stones that stay apart at 24."""
    body = (Path(channels.portal.__file__).parent / "assets" / "mono.png").read_bytes()
    image = opened(body)
    small = image.getchannel("A").resize((24, 24), Image.Resampling.BOX)
    rows = "".join("#" if each > 160 else "." for each in small.crop((12, 0, 13, 24)).tobytes())

    assert body == mono()
    assert (image.size, image.mode) == ((96, 96), "RGBA")
    assert [image.getchannel(each).getextrema() for each in "RGB"] == [(255, 255)] * 3
    assert len([each for each in rows.split(".") if each]) == 3
