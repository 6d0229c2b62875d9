"""Texts are made to fit: smaller, then in more lines, then cut."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.artwork.lettering import Lettering, Style
from channels.artwork.palette import TEXT
from channels.artwork.typefaces import Typefaces

LETTERING = Lettering(Typefaces(), "en", "ltr")
STYLE = Style(bold=True, sizes=(40, 30), lines=2, color=TEXT)


def test_a_short_text_is_large() -> None:
    """Nothing is made smaller than it has to be."""
    block = LETTERING.block("Ten", STYLE, 400)

    assert (block.lines, block.size, block.cut) == (("Ten",), 40, False)


def test_a_longer_one_is_smaller_then_wrapped() -> None:
    """About equally long lines: no word alone below."""
    smaller = LETTERING.block("Ten documents today", STYLE, 390)
    wrapped = LETTERING.block("Ten documents today and as many tomorrow", STYLE, 500)

    assert (smaller.lines, smaller.size) == (("Ten documents today",), 30)
    assert (wrapped.lines, wrapped.size) == (("Ten documents today", "and as many tomorrow"), 40)


def test_the_longest_is_cut_at_a_word() -> None:
    """With an ellipsis, in the smallest size."""
    block = LETTERING.block("Ten documents today " * 20, STYLE, 400)

    assert block.size == 30
    assert block.cut
    assert len(block.lines) == 2
    assert block.lines[-1].endswith("…")
    assert block.lines[-1].removesuffix("…").split(" ")[-1] in ("Ten", "documents", "today")


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("aWi. \N{COMBINING ACUTE ACCENT}"), max_size=120), st.sampled_from([150, 400]))
def test_no_text_is_wider_than_its_room(text: str, width: int) -> None:
    """Whatever it is."""
    block = LETTERING.block(text, STYLE, width)

    assert LETTERING.width(block) <= width
    assert len(block.lines) <= STYLE.lines
