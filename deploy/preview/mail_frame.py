"""The HTML of an email made ready for a frame of the page. Pure."""

from __future__ import annotations

import re

from deploy.preview.images_off import images_off
from deploy.preview.scheme import forced

_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_BASE = '<base target="_blank">'
"""A click opens beside the preview, as from a mail program."""


def mail_frame(html: str, scheme: str, *, images: bool) -> str:
    """Return the HTML in one scheme (light or dark), with pictures or without."""
    html = forced(html, scheme)
    html = html if images else images_off(html)
    return _HEAD.sub(lambda tag: tag[0] + _BASE, html, count=1)
