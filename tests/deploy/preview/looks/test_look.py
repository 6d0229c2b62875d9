"""What is cut, and where."""

from __future__ import annotations

import pytest

from channels.render.bounds import BODY, TITLE
from deploy.preview.inbox import SUBJECT, WORDS, cut_at, row
from deploy.preview.looks.browsers import BROWSERS
from deploy.preview.looks.look import Look, shown
from deploy.preview.looks.phones import PHONES


def test_a_text_that_fits_stays_whole() -> None:
    assert cut_at("12345", 5) == ("12345", "")


def test_a_text_that_does_not_fit_ends_in_an_ellipsis_within_its_bound() -> None:
    """What is shown and what is lost together are the text."""
    assert cut_at("123456", 5) == ("1234…", "56")
    assert cut_at("one two three", 8) == ("one two…", "three")


@pytest.mark.parametrize("look", [*BROWSERS, *PHONES], ids=lambda look: look.id)
def test_each_program_keeps_its_bounds(look: Look) -> None:
    """At the largest message that the channels let through."""
    each = shown(look, "T" * TITLE, "B" * BODY)
    assert len(each.title) <= look.title.characters
    assert len(each.body) <= look.body.characters
    assert each.title.rstrip("…") + each.title_cut == "T" * TITLE
    assert each.body.rstrip("…") + each.body_cut == "B" * BODY
    assert each.whole == (look.title.characters >= TITLE and look.body.characters >= BODY)


def test_what_programs_do_not_show() -> None:
    """No large picture on macOS, in Safari or Firefox; a GIF moves in no browser."""
    by_id = {each.id: each for each in BROWSERS}
    assert not any(by_id[name].image for name in ("chrome-mac", "safari-mac", "firefox-linux", "windows-centre"))
    assert not by_id["safari-mac"].icon
    assert not any(each.animates for each in BROWSERS)
    assert len({each.id for each in (*BROWSERS, *PHONES)}) == len(BROWSERS) + len(PHONES)


def test_a_row_of_the_inbox() -> None:
    found = row("Acme", "S" * 50, f"first\n words {'w' * 200}")
    assert len(found.subject) == SUBJECT
    assert found.subject_cut == "S" * (50 - SUBJECT + 1)
    assert found.words.startswith("first words")
    assert len(found.words) == WORDS


def test_what_a_preheader_pads_with_is_not_shown() -> None:
    """A joiner within a word is no padding."""
    padding = "\u034f\u200c\u00a0" * 60
    assert row("Acme", "Subject", f"co\u200cop {padding} Acme Boards").words == "co\u200cop"
