"""An email as a program shows it that loads no pictures until it is told to. Pure."""

from __future__ import annotations

import re

_IMAGE = re.compile(r"<(?:img|source)\b[^>]*>", re.IGNORECASE)
_SOURCE = re.compile(r"""\s(?:src|srcset)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_BACKGROUND = re.compile(r"""\sbackground\s*=\s*(?:"[^"]*"|'[^']*')""", re.IGNORECASE)
_URL = re.compile(r"""url\(\s*(?:&quot;|["'])?[^)]*?\)""", re.IGNORECASE)


def images_off(html: str) -> str:
    """Return HTML that asks for no picture; what `alt` says stands in its place, in a box of the picture's size."""
    html = _IMAGE.sub(lambda tag: _SOURCE.sub("", tag[0]), html)
    return _URL.sub("none", _BACKGROUND.sub("", html))
