"""What mail programs show beside the subject."""

from __future__ import annotations

import re

from tests.channels.render.installation import renderer
from tests.channels.render.look import messages


def test_the_preheader_is_no_hidden_text_to_a_filter() -> None:
    """SpamAssassin's HTML_FONT_LOW_CONTRAST (0.7) and FONT_INVIS take white or tiny letters for a trick."""
    html = renderer().email(messages()["major"]).html
    [style] = re.findall(r'<div class="preheader" style="([^"]*)"', html)
    rules = dict(each.split(":", 1) for each in style.strip("; ").replace(": ", ":").replace("; ", ";").split(";"))
    assert rules["color"] == "#1d2a2b"
    assert rules["display"] == "none"
    assert not {"opacity", "font-size", "line-height"} & rules.keys()
    assert "color:#ffffff;line-height:1px" not in html
