"""What a milestones file says about messages: this release checks and keeps it, and sends none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.milestones.document import Document

_OF_THE_FILE = ("quiet_hours", "cap", "tiers")
_OF_A_MILESTONE = ("audience", "channels", "send_window", "max_staleness", "ask", "resources", "template")


def unsent(document: Document) -> list[str]:
    """Return the keys that are only for whoever sends, as far as the file and its active milestones use them."""
    plain = document.plain()
    active = [each for each in plain["milestones"] if each.get("status", "active") == "active"]
    return [
        *(key for key in _OF_THE_FILE if key in plain),
        *(key for key in _OF_A_MILESTONE if any(key in each for each in active)),
    ]
