"""There always is a picture, and never a box in it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from channels.artwork.card import Card
from channels.artwork.studio import Studio
from tests.channels.artwork.samples import BADGE, CARD, make_font

NOTHING = dict.fromkeys(("number", "label", "headline", "product", "date"), "")


@pytest.mark.parametrize("name", ["headline", "label", "product", "date", "number"])
def test_a_text_that_cannot_be_drawn_is_left_out(name: str) -> None:
    """The rest stays, and the picture says what is missing in it."""
    odd = msgspec.structs.replace(CARD, **{name: "里程碑 \N{PARTY POPPER}"})
    without = msgspec.structs.replace(CARD, **{name: ""})

    found = Studio().card(odd)

    assert found.left_out == (name,)
    assert found.body == Studio().card(without).body


def test_at_last_there_is_the_cairn() -> None:
    """For a language of which we have no letter."""
    odd: Card = msgspec.structs.replace(CARD, **dict.fromkeys(NOTHING, "里程碑"))

    assert Studio().card(odd).body == Studio().card(msgspec.structs.replace(CARD, **NOTHING)).body


def test_a_badge_does_likewise() -> None:
    """Both of its pictures."""
    odd = msgspec.structs.replace(BADGE, label="里程碑")
    plain = msgspec.structs.replace(BADGE, label="")

    assert Studio().animated(odd).body == Studio().animated(plain).body
    assert Studio().animated(odd).left_out == ("label",)
    assert Studio().icon(odd).body == Studio().icon(plain).body


def test_a_text_that_cannot_even_be_cut_is_left_out(tmp_path: Path) -> None:
    """A font with the letters of a right-to-left script and without an ellipsis: the whole text, or none."""
    letters = "\u07ca\u07cb\u07cc"  # N'Ko
    make_font(tmp_path / "fonts" / "own.ttf", letters)
    studio = Studio(tmp_path)
    short = msgspec.structs.replace(CARD, headline=letters, direction="rtl")
    long = msgspec.structs.replace(short, headline=letters * 60)

    assert studio.card(short).left_out == ()
    assert "headline" in studio.card(long).left_out
