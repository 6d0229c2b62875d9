"""The pictures are what the script draws, small, and complete at first sight."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

import channels.portal
from templates.pictures.files import pictures
from templates.pictures.gif import gif
from tests.channels.render.shots import chromium, page

ASSETS = Path(channels.portal.__file__).parent / "assets"
NAMES = ("badge.gif", "badge.png", "mono.png")


def test_the_pictures_are_as_drawn_and_small() -> None:
    """`python -m templates.pictures channels/portal/assets` gives the files that are served."""
    drawn = dict(pictures())

    assert tuple(drawn) == NAMES
    for name, body in drawn.items():
        assert (ASSETS / name).read_bytes() == body, name
        assert len(body) < 40_000


def test_the_animation_ends() -> None:
    """Two times, 3 s at most in all, and its first frame fills the canvas."""
    body = (ASSETS / "badge.gif").read_bytes()
    times = [struct.unpack("<H", body[at + 4 : at + 6])[0] for at in _each(body, b"\x21\xf9\x04")]
    first = body.index(b"\x2c", body.index(b"\x21\xf9\x04"))
    left, top, width, height = struct.unpack("<HHHH", body[first + 1 : first + 9])

    assert body[body.index(b"NETSCAPE2.0") + 13 :][:2] == struct.pack("<H", 1)
    assert sum(times) * 2 <= 300
    assert (left, top, width, height) == (0, 0, 480, 240)


def test_a_browser_reads_them() -> None:
    """Chromium decodes each at the size that messages promise."""
    images = "".join(f'<img src="https://acme.example/assets/{each.replace(".", ".0123.")}">' for each in NAMES)

    with chromium() as browser, page(browser, f"<!doctype html><body>{images}</body>", 800, "light") as opened:
        opened.wait_for_load_state("load")
        sizes = opened.evaluate("[...document.images].map(each => [each.naturalWidth, each.naturalHeight])")

    assert sizes == [[480, 240], [192, 192], [96, 96]]


def test_too_many_colors_are_refused() -> None:
    """A palette has room for 255 and the clear one: more would come out wrong."""
    from templates.pictures.canvas import Canvas

    canvas = Canvas(300, 1)
    canvas.rows = [[(each % 256, each // 256, 0, 255) for each in range(300)]]

    with pytest.raises(ValueError, match="300 colors"):
        gif([(canvas, 1)], repeats=0)


def _each(body: bytes, mark: bytes) -> list[int]:
    found, at = [], body.find(mark)
    while at >= 0:
        found.append(at)
        at = body.find(mark, at + 1)
    return found
