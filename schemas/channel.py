"""The ways by which a contact can be reached."""

from __future__ import annotations

from typing import Literal, get_args

Channel = Literal["email", "web_push", "mobile_push"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
"""In the order in which decisions are written."""
