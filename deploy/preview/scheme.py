"""Light or dark whatever the machine is set to: a frame follows the machine, so the text of a page is changed. Pure."""

from __future__ import annotations

import re

_ASKED = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
_TRUE, _FALSE = "(min-width: 0)", "(max-width: 0)"
_PROPERTY = re.compile(r"(color-schemes?\s*:\s*)(?:light\s+dark|dark\s+light)", re.IGNORECASE)
_META = re.compile(
    r"""(<meta\b[^>]*\bname=["']?(?:supported-)?color-schemes?["']?[^>]*\bcontent=["'])(?:light\s+dark|dark\s+light)""",
    re.IGNORECASE,
)


def forced(text: str, scheme: str) -> str:
    """Return HTML or CSS as a machine set to `scheme` (light or dark) would show it.

    Media features that ask for the scheme (Media Queries 5 section 12.5) become ones that always or never hold, so
    that they stay joined to others; what is offered as `light dark` (CSS Color Adjustment 1 section 2.1) becomes one.
    """
    text = _ASKED.sub(lambda asked: _TRUE if asked[1].lower() == scheme else _FALSE, text)
    text = _PROPERTY.sub(lambda found: found[1] + scheme, text)
    return _META.sub(lambda found: found[1] + scheme, text)
