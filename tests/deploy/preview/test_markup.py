"""What is read of HTML: words as they are seen and heard."""

from __future__ import annotations

from deploy.preview.markup import Markup


def test_a_number_keeps_the_spaces_that_hold_it_together() -> None:
    """`1 000` is one number: HTML joins ASCII white space alone."""
    markup = Markup("<p>Plus de\n  1\u202f000\u00a0pages</p><a href='/x'>10\u202f000\n</a>")
    assert markup.visible == "Plus de 1\u202f000\u00a0pages 10\u202f000"
    assert markup.anchors[0].text == "10\u202f000"


def test_a_drawing_of_numbers_is_no_text() -> None:
    """A calendar hidden from those who listen has its words beside it; its contrast matters to all others."""
    markup = Markup('<p>Every day</p><table aria-hidden="true"><tr><td>16</td></tr></table><p>after</p>')
    assert markup.visible == "Every day after"
    assert [each.text for each in markup.written] == ["Every day", "16", "after"]
