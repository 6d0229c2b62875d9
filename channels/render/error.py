"""What goes wrong between a delivery and its message."""

from __future__ import annotations


class RenderError(Exception):
    """The delivery holds what no template can say. Its text holds nothing personal."""
