"""Texts of the file end in subjects, headers and titles: each is one line of what can be seen."""

from __future__ import annotations

import pytest

from schemas.milestones import Document, read_document

FILE = """\
version: 1
product:
  name: {name}
  url: https://acme.example
metrics: {{documents: {{count: events, from: document_created}}}}
milestones:
  - {{id: first, when: {{documents: 10}}, tier: major, means: {means}, call_to_action: {{text: {go}, url: /go}}}}
"""


def read(name: str = "Acme", means: str = "Ten.", go: str = "Go") -> object:
    return read_document(FILE.format(name=name, means=means, go=go))


@pytest.mark.parametrize(
    "written",
    [
        ">\n    Acme\n    Boards\n",
        "|\n    Acme\n    Boards\n",
        '"Acme\\nBoards\\n"',
        '"Acme\\r\\nBoards"',
        '"Acme\\tBoards"',
        '" Acme\\u2028Boards "',
        '"Acme\\x00 Boards"',
        '"Acme \\u202eBoards"',
    ],
)
def test_a_line_end_does_not_get_into_a_name(written: str) -> None:
    """YAML's folded and literal texts end in one; a mail with it would be refused."""
    found = read(name=written)
    assert isinstance(found, Document), found
    assert found.product.name == "Acme Boards"


def test_every_text_is_read_so() -> None:
    """What the number means, and what a button says."""
    found = read(means='"Ten\\ndocuments."', go='"Go\\non"')
    assert isinstance(found, Document), found
    entry = found.milestones[0]
    assert str(entry.means) == "Ten documents."
    assert entry.call_to_action is not None
    assert entry.call_to_action.text == "Go on"


def test_a_text_in_which_nothing_can_be_seen_is_a_mistake() -> None:
    """With its place in the file."""
    found = read(name='"\\u200b\\n"')
    assert not isinstance(found, Document)
    assert "nothing in it can be seen" in str(found)
