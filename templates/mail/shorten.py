"""Writes the HTML of an email shorter, at load: every byte of it is encoded, signed, sent and stored once a message.

Nothing is left out that a mail program reads: only space that CSS does not need, and the ends of Outlook's conditional
comments where another one with the same condition begins.
"""

from __future__ import annotations

import re

_CONDITIONAL = re.compile(r"<!--(\[if (?![^\]]*\]><!-->)[^\]]*\]>)(.*?)<!\[endif\]-->", re.S)
_SHEET = re.compile(r"(<style\b[^>]*>)(.*?)(</style>)", re.S | re.I)
_TAG = re.compile(r"<[A-Za-z][^<>]*\sstyle=\"[^<>]*>")
_STYLE = re.compile(r"(\sstyle=\")([^\"]*)\"")
_LITERAL = r"""'[^']*'|"[^"]*"|\([^)]*\)|&#?\w+;"""
"""What stands as it is: strings, what is in parentheses, and character references of an attribute."""
_OF_STYLE = re.compile(rf"{_LITERAL}|\s*([:;])\s*")
_OF_SHEET = re.compile(
    r"""'[^']*'|"[^"]*"|\([^)]*\)|/\*.*?\*/|;?\s*([{}])\s*|\s*([;,>])\s*|(:)\s+|\s+(!)|\s*\n\s*()""", re.S
)


def shortened(html: str) -> str:
    """Return HTML that mail programs show as they show this one."""
    html = _SHEET.sub(lambda found: found[1] + _OF_SHEET.sub(_bare, found[2]).strip() + found[3], html)
    html = _TAG.sub(lambda found: _STYLE.sub(_style, found[0]), html)
    return _joined(html)


def _style(found: re.Match[str]) -> str:
    return f'{found[1]}{_OF_STYLE.sub(_bare, found[2]).strip().rstrip(";")}"'


def _bare(found: re.Match[str]) -> str:
    """A sign without the space around it, one space for the end of a line; what has no sign of its own stays."""
    return next((each or " " for each in found.groups() if each is not None), found[0])


def _joined(html: str) -> str:
    """Join Outlook's conditional comments that follow one another with the same condition: MJML closes each."""
    out: list[str] = []
    condition, at = "", 0
    for found in _CONDITIONAL.finditer(html):
        between = html[at : found.start()]
        if found[1] == condition and not between.strip():
            out[-1] = found[2]
        else:
            out += (between, f"<!--{found[1]}", found[2])
        out.append("<![endif]-->")
        condition, at = found[1], found.end()
    return "".join([*out, html[at:]])
