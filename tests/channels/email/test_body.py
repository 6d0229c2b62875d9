"""Parts that are put together of pieces encoded before say what the whole would say."""

from __future__ import annotations

import email.policy
from email import message_from_bytes

import hypothesis
import pytest
from hypothesis import strategies as st

from channels.email.body import Parts, part
from templates.filled import Filled

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200) | st.text("a=. \t\n\r\x01é", max_size=200)
mostly_ascii = st.text("abc =.\t\nz<>", min_size=40, max_size=400)


def content(encoded: bytes) -> str:
    text: str = message_from_bytes(encoded, policy=email.policy.SMTP).get_content()
    return text


@hypothesis.given(st.lists(st.tuples(texts | mostly_ascii, st.booleans()), max_size=12))
def test_pieces_say_what_the_whole_says(pieces: list[tuple[str, bool]]) -> None:
    """Whatever the pieces are and whichever are fixed; the second time too; in lines of 76 ASCII characters."""
    filled = Filled([text for text, _ in pieces], frozenset(text for text, fixed in pieces if fixed))
    parts = Parts()
    first = parts.part("html", filled)
    assert parts.part("html", filled) == first
    assert content(first) == content(part("html", filled.text))
    lines = first.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 76
    assert first.isascii()
    assert b"\r" not in first.replace(b"\r\n", b"")


@pytest.mark.parametrize("before", ["x" * 76, "x" * 75, "x" * 75 + "é", "x" * 73 + "é", "x ", "x\t", "\n", ".", ""])
def test_no_line_grows_too_long_between_two_pieces(before: str) -> None:
    """A last line that is full is broken before its end, and not within an encoded byte."""
    filled = Filled([before, "behind it"], frozenset([before]))
    encoded = Parts().part("html", filled)
    assert max(map(len, encoded.split(b"\r\n"))) <= 76
    assert content(encoded) == content(part("html", filled.text))


@pytest.mark.parametrize("length", range(70, 80))
@pytest.mark.parametrize("space", [" ", "\t"])
def test_space_before_a_lines_end_makes_no_line_too_long(length: int, space: str) -> None:
    """`binascii.b2a_qp` encodes it behind a line that is full."""
    for text in ("x" * length + space, "x" * length + space + "\nbehind it"):
        filled = Filled([text, "\nand more"], frozenset(["\nand more"]))
        for encoded in (part("plain", text), Parts().part("html", filled)):
            assert max(map(len, encoded.split(b"\r\n"))) <= 76
        assert content(part("plain", text)).replace("\r\n", "\n") == text + "\n"
        assert content(Parts().part("html", filled)) == content(part("html", filled.text))


def test_what_is_mostly_beyond_ascii_is_base64() -> None:
    """By the same rule as a text in one piece."""
    filled = Filled(["<p>", "ماذا بعد " * 40], frozenset(["<p>"]))
    assert Parts().part("html", filled) == part("html", filled.text)
    assert b"base64" in part("html", filled.text)
