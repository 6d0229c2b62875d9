"""A renderer whose messages say that they are a test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from channels.render.bounds import TITLE

if TYPE_CHECKING:
    from channels.render.content import EmailContent, PushContent, Renderer
    from schemas.delivery import Delivery

MARK = "[test] "


class MarkedRenderer:
    """Puts the mark before subject and title; all else is what the renderer within says."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def email(self, delivery: Delivery) -> EmailContent:
        """Render an email."""
        content = self._renderer.email(delivery)
        return replace(content, subject=MARK + content.subject)

    def push(self, delivery: Delivery) -> PushContent:
        """Render a notification; the title stays within its bound."""
        content = self._renderer.push(delivery)
        return replace(content, title=(MARK + content.title)[:TITLE])
