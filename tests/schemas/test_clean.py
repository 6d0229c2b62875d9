"""Text from outside is one line of what can be seen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.render.cut import ELLIPSIS, cut
from schemas.clean import clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Ada\r\nBcc: x@y.example", "Ada Bcc: x@y.example"),
        ("a\u2028b\u2029c\x85d\x0be", "a b c d e"),
        ("=?utf-8?q?hi?=", "= ?utf-8?q?hi?="),
        ("==??", "== ??"),
        ("abc\u202edcba", "abcdcba"),
        ("\u2066x\u2069\u200f\ufeff", "x"),
        ("\x00\x1b[31mred", "[31mred"),
        ("  a \t b  ", "a b"),
        ("\N{FAMILY}", "\N{FAMILY}"),
        ("\U0001f469\u200d\U0001f680", "\U0001f469\u200d\U0001f680"),
        ("\ud800", ""),
    ],
)
def test_what_is_made_of_text(text: str, cleaned: str) -> None:
    """Line ends, separators, encoded words, turned directions, control characters; emoji stay whole."""
    assert clean(text) == cleaned


@given(st.text())
def test_nothing_dangerous_is_left(text: str) -> None:
    """Whatever comes in; and cleaning again changes nothing."""
    cleaned = clean(text)

    assert "=?" not in cleaned
    assert not {unicodedata.category(each) for each in cleaned} & {"Cc", "Zl", "Zp", "Cs"}
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("text", "longest", "shortened"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, f"one two{ELLIPSIS}"),
        ("one two three", 8, f"one two{ELLIPSIS}"),
        ("one two three", 7, f"one tw{ELLIPSIS}"),
        ("abcdefghij", 5, f"abcd{ELLIPSIS}"),
        ("e\u0301" * 4, 4, f"e\u0301{ELLIPSIS}"),
        ("\U0001f469\u200d\U0001f680" * 2, 5, f"\U0001f469\u200d\U0001f680{ELLIPSIS}"),
        ("\U0001f1eb\U0001f1f7" * 3, 4, f"\U0001f1eb\U0001f1f7{ELLIPSIS}"),
        ("\U0001f44d\U0001f3fd" * 2, 3, f"\U0001f44d\U0001f3fd{ELLIPSIS}"),
    ],
)
def test_a_cut(text: str, longest: int, shortened: str) -> None:
    """At a word where one ends late enough; never within an accent, a joined emoji, a flag or a skin tone."""
    assert cut(text, longest) == shortened


@given(st.text(), st.integers(1, 50))
def test_a_cut_fits(text: str, longest: int) -> None:
    """It is never longer, and begins as the text did."""
    shortened = cut(text, longest)

    assert len(shortened) <= longest
    assert text.startswith(shortened.removesuffix(ELLIPSIS))
