"""Whoever runs a dispatcher sees why a message went out in another language."""

from __future__ import annotations

from structlog.testing import capture_logs

from channels.render.untranslated import Untranslated


def test_each_text_is_told_once() -> None:
    """With the language, the text and the cure."""
    told = Untranslated()
    with capture_logs() as logs:
        for text in ("texts.lead.first", "texts.lead.first", "milestones.yearly.means"):
            told.tell("de", text)

    assert [(each["log_level"], each["language"], each["text"]) for each in logs] == [
        ("warning", "de", "texts.lead.first"),
        ("warning", "de", "milestones.yearly.means"),
    ]
    assert "cairn languages add de" in logs[0]["cure"]
