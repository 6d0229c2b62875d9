"""What can be turned off is turned off by one word; what sounds like it is refused with that word as the cure."""

from __future__ import annotations

import pytest

from schemas.milestones import Document, read_document

FILE = """version: 1
product: {{name: Boards, url: "https://app.example", time_zone: Europe/Paris}}
{line}
metrics: {{documents: {{count: events, from: made}}}}
milestones: [{{id: ten, when: {{documents: 10}}}}]
"""
KEYS = {
    "quiet_hours": "none to write to people at any hour",
    "cap": "none to turn it off",
    "bundle": "0 to turn it off",
}


@pytest.mark.parametrize("key", KEYS)
def test_none_turns_it_off(key: str) -> None:
    document = read_document(FILE.format(line=f"{key}: none"))
    assert isinstance(document, Document)
    off = getattr(document, key)
    assert off is None or off.seconds == 0


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("word", ["", "~", "null", "false", '""', '"off"', '"No"', '" "'])
def test_what_sounds_like_it_is_refused_with_the_cure(key: str, word: str) -> None:
    found = read_document(FILE.format(line=f"{key}: {word}"))
    assert not isinstance(found, Document)
    assert KEYS[key] in str(found)


@pytest.mark.parametrize("key", KEYS)
def test_off_without_quotes_names_none(key: str) -> None:
    found = read_document(FILE.format(line=f"{key}: off"))
    assert not isinstance(found, Document)
    assert "write none to turn something off" in str(found)
