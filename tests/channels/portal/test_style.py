"""The style sheet can be read by people who see little."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import channels.portal

CSS = (Path(channels.portal.__file__).parent / "assets" / "portal.css").read_text("utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): #([0-9a-f]{6});", block)) for block in re.findall(r":root \{(.*?)\}", CSS, re.S)
)
PAIRS = [("ink", "card"), ("soft", "card"), ("soft", "ground"), ("on-accent", "accent"), ("alert", "alert-ground")]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_text_stands_out(scheme: dict[str, str], pair: tuple[str, str]) -> None:
    """At least 4.5 to 1, level AA of WCAG 2.2, success criterion 1.4.3."""
    text, ground = (_luminance(scheme[each]) for each in pair)

    assert (max(text, ground) + 0.05) / (min(text, ground) + 0.05) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_focus_can_be_seen(scheme: dict[str, str]) -> None:
    """The ring is drawn in the accent, at least 3 to 1 against card and ground (WCAG 2.2, 1.4.11)."""
    ring = _luminance(scheme["accent"])
    for ground in (_luminance(scheme["card"]), _luminance(scheme["ground"])):
        assert (max(ring, ground) + 0.05) / (min(ring, ground) + 0.05) >= 3


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
