"""How many messages a contact has had: a rolling window over what was released.

Majors are not held back by minors: a major has room unless majors alone fill the window, a minor only while everything
that went out leaves some. So no window holds more majors than the cap says, no minor goes out into a full one, and the
most that a window can hold is twice the cap: as many minors first, then as many majors.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.milestones.document import Cap


def room_at(cap: Cap | None, released: Sequence[int], now_ms: int) -> int:
    """Return the earliest moment (epoch ms) from `now_ms` on at which the cap lets one more celebration out.

    ``released`` are the moments of earlier ones that count against it, oldest first: of majors alone for a major one
    (`PersonRow.counted`). A celebration counts once, on however many channels, and so does a bundle.
    """
    if cap is None or not released:
        return now_ms
    within_ms = cap.within.seconds * 1000
    recent = [at_ms for at_ms in released if at_ms > now_ms - within_ms]
    if len(recent) < cap.messages:
        return now_ms
    # As many must have left the window that one fewer than the cap are in it.
    return recent[len(recent) - cap.messages] + within_ms


def noted(cap: Cap | None, released: Sequence[int], now_ms: int) -> list[int]:
    """Return the moments to remember after one more release at `now_ms`: no more than the cap looks at."""
    if cap is None:
        return []
    if not released:
        return [now_ms]
    within_ms = cap.within.seconds * 1000
    return [*(at_ms for at_ms in released if at_ms > now_ms - within_ms), now_ms][-cap.messages :]
