"""MJML and the inliner of styles, at load. Neither may ever fetch anything."""

from __future__ import annotations

import re

from css_inline import CSSInliner
from mjml import mjml2html

from templates.mail.protect import COMMENT
from templates.mail.shorten import shortened

_OUTLOOK = re.compile(r"<!--\[if (?![^\]]*\]><!-->)[^\]]*\]>.*?<!\[endif\]-->", re.S)
_AS_WRITTEN = re.compile(r"<(?:pre|textarea)\b|white-space:\s*pre", re.I)
_INDENT = re.compile(r"\n\s+")
"""Indentation is a third of an email otherwise."""
_ROWS = re.compile(r"(<table\b[^>]*>|</(?:thead|caption|colgroup)>)((?:\s*<!--jinja:\d+-->)+\s*)(?=<tr\b)", re.I)
_BASE = re.compile(r'<style type="text/css">\s*#outlook a .*?</style>', re.S)
_BASE_HERE = "<!--base-->"


def html_of(mjml: str) -> str:
    """Compile MJML.

    Raises:
        ValueError: it is none.
    """
    # No loader of includes and no fonts: nothing outside of the source is looked at.
    html: str = mjml2html(mjml, disable_comments=False, fonts={})
    return html


def inlined(html: str) -> str:
    """Write the rules of style sheets into the elements; what begins with @ stays, such as that for dark screens.

    Raises:
        ValueError: the style sheets cannot be read.
    """
    # A comment in Outlook's conditional ones would end them; an HTML parser would put a <tbody> behind the comment that
    # stands before the first row, so that a row that comes and goes would take half of it along.
    html = _OUTLOOK.sub(lambda found: COMMENT.sub(r"xjinja\1x", found[0]), html)
    html = _ROWS.sub(r"\1<tbody>\2", html)
    # MJML's own rules mend programs that read style sheets: written into each cell they would be a third of the email.
    base = _BASE.search(html)
    if base:
        html = html.replace(base[0], _BASE_HERE, 1)
    html = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True).inline(html)
    if base:
        html = html.replace(_BASE_HERE, base[0], 1)
    return shortened(html if _AS_WRITTEN.search(html) else _INDENT.sub("\n", html))
