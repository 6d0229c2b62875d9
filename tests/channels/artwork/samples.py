"""Cards and badges to draw, and what is in a file."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import msgspec
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image

from channels.artwork.badge import Badge
from channels.artwork.card import Card

# ruff: noqa: RUF001
CARD = Card(
    number="1,001",
    label="documents",
    headline="A thousand documents, one at a time",
    product="Acme Boards",
    date="20 November 2026",
    language="en",
    direction="ltr",
    stones=6,
)
ARABIC = msgspec.structs.replace(
    CARD, number="١٬٠٠٠", label="مستند", headline="ألف مستند مع Acme!", language="ar", direction="rtl"
)
LONGEST = msgspec.structs.replace(
    CARD, number="9" * 53, label="W" * 64, headline="Wolkenkratzer " * 14, product="M" * 100, date="W" * 60, stones=8
)
BADGE = Badge(number="1,000", label="documents", language="en", direction="ltr", tier="major", stones=6)
LONGEST_BADGE = msgspec.structs.replace(BADGE, number="8" * 64, label="Wolkenkratzer " * 4, stones=8)


def opened(body: bytes) -> Image.Image:
    return Image.open(BytesIO(body))


def pictures(body: bytes) -> list[Image.Image]:
    """Each picture of an animation as it is seen."""
    found, image = [], opened(body)
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        found.append(image.convert("RGBA"))
    return found


def make_font(path: Path, characters: str) -> None:
    """Write a font in which each of these characters, and the space, is a square."""
    pen = TTGlyphPen(None)
    for place in ((0, 0), (0, 700), (700, 700), (700, 0)):
        (pen.moveTo if place == (0, 0) else pen.lineTo)(place)
    pen.closePath()
    square, nothing = pen.glyph(), TTGlyphPen(None).glyph()
    names = {ord(each): f"u{ord(each):04X}" for each in characters}
    order = [".notdef", "space", *names.values()]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap({32: "space"} | names)
    builder.setupGlyf({each: nothing if each in order[:2] else square for each in order})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (800, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Own", "styleName": "Regular"})
    builder.setupOS2(usWeightClass=400)
    builder.setupPost()
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.save(path)
