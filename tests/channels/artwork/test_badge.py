"""The animated badge: it ends, it is small, and it is complete at first sight."""

from __future__ import annotations

import struct

import msgspec
import pytest
from PIL import ImageChops

from channels.artwork.badge import Badge, frames, light_of
from channels.artwork.gif import COLORS
from channels.artwork.palette import NUMBER, SKY, contrast
from channels.artwork.studio import Studio
from channels.artwork.typefaces import Typefaces
from tests.channels.artwork.samples import BADGE, LONGEST_BADGE, opened, pictures

# ruff: noqa: RUF001
ARABIC = msgspec.structs.replace(BADGE, number="١٬٠٠٠", label="مستند", language="ar", direction="rtl")
MINOR = msgspec.structs.replace(BADGE, tier="minor")
PLAIN = msgspec.structs.replace(BADGE, number="", label="")
ALL = pytest.mark.parametrize(
    "badge", [BADGE, ARABIC, MINOR, PLAIN, LONGEST_BADGE], ids=["major", "ar", "minor", "plain", "longest"]
)


@ALL
def test_an_animation_is_as_mails_want_it(badge: Badge) -> None:
    """480 x 240, less than 100 kB, 64 colors at most, two times in 3 s at most (WCAG 2.2.2), the same each time."""
    body = Studio().animated(badge).body
    image = opened(body)
    times = []
    for number in range(image.n_frames):  # type: ignore[attr-defined]
        image.seek(number)
        times.append(image.info["duration"])

    assert (image.format, image.size) == ("GIF", (480, 240))
    assert len(body) < 100_000
    assert 2 << (body[10] & 7) <= COLORS == 64
    assert body[body.index(b"NETSCAPE2.0") + 13 :][:2] == struct.pack("<H", 1)
    assert len(times) > 15
    assert sum(times) * 2 <= 3_000
    assert body == Studio().animated(badge).body


@ALL
def test_the_first_picture_is_the_last(badge: Badge) -> None:
    """Outlook shows the first alone, the others rest on the last: both are the finished badge."""
    seen = pictures(Studio().animated(badge).body)

    assert seen[0].tobytes() == seen[-1].tobytes()
    assert any(each.tobytes() != seen[0].tobytes() for each in seen)


def test_it_fits_light_and_dark_grounds() -> None:
    """The corners are clear, everything else is opaque, and what stays clear does so in each picture."""
    seen = pictures(Studio().animated(BADGE).body)

    assert {each.getpixel(corner)[3] for each in seen for corner in ((0, 0), (479, 0), (0, 239), (479, 239))} == {0}  # type: ignore[index]
    assert len({each.getchannel("A").tobytes() for each in seen}) == 1
    assert set(seen[0].getchannel("A").crop((26, 0, 454, 240)).tobytes()) == {255}


def test_it_shows_number_label_and_tier() -> None:
    """Each is seen; the text of a right-to-left language stands on the right."""
    plain, minor, arabic, shown = (pictures(Studio().animated(each).body)[0] for each in (PLAIN, MINOR, ARABIC, BADGE))
    other = pictures(Studio().animated(msgspec.structs.replace(BADGE, label="projects")).body)[0]
    text = (
        ImageChops.difference(shown.convert("RGB"), other.convert("RGB")).convert("L").point(lambda x: 255 * (x > 60))
    )

    assert len({each.tobytes() for each in (plain, minor, arabic, shown, other)}) == 5
    box = text.getbbox()
    assert box
    assert box[2] < 320


@pytest.mark.parametrize("badge", [BADGE, MINOR, ARABIC], ids=["major", "minor", "ar"])
def test_texts_stand_out(badge: Badge) -> None:
    """At least 4.5 to 1 against every color behind them (WCAG 2.2, 1.4.3)."""
    empty = msgspec.structs.replace(badge, number="\N{NO-BREAK SPACE}.", label="")
    ground = next(iter(frames(empty, Typefaces()))).convert("RGB")
    box = (20, 30, 296, 170) if badge.direction == "ltr" else (184, 30, 460, 170)
    behind = [each for _, each in ground.crop(box).getcolors(1 << 16) or () if isinstance(each, tuple)]
    behind = [each for each in behind if contrast((each[0], each[1], each[2]), SKY) < 2]  # without the dot itself

    assert behind
    for color in (NUMBER, light_of(badge.tier)[1]):
        assert min(contrast(color, (each[0], each[1], each[2])) for each in behind) >= 4.5
