"""How a crossing or nudge begins to wait: for others to be told with it, and for the top of its jump."""

from __future__ import annotations

from typing import Literal

from stream.core.celebration.manner import Manners
from stream.core.celebration.person import PersonRow, Waiting
from stream.core.celebration.subject import Subject, is_nudge, jump_id, jump_of

JUMP_MS = 10_000
"""How long a lower crossing of a jump waits for its top. The tracker writes a jump in one transaction, so all of it can
be read at once; a planner that is behind may take it in two polls, which are milliseconds apart. After it the lower one
is decided on its own: a top that never comes silences nobody."""


def admit(manners: Manners, row: PersonRow, subject: Subject, now_ms: int) -> Waiting:
    """Let a subject wait in the row, and return its place.

    The first crossing opens a bundle, and those that come before it ends are looked at together. Nudges open none, but
    wait as long, so that a crossing that comes within seconds can take their place. What of the jump waited for the top
    is looked at with it.
    """
    if is_nudge(subject):
        ends_ms = row.bundle_ends_ms if now_ms < row.bundle_ends_ms else now_ms + manners.bundle_ms
    else:
        if now_ms >= row.bundle_ends_ms:
            row.bundle_ends_ms = now_ms + manners.bundle_ms
        ends_ms = row.bundle_ends_ms
    waiting = Waiting.of(subject, now_ms, is_major=manners.is_major(subject))
    jump = jump_of(subject)
    waiting.not_before_ms = ends_ms if jump is None or jump.top else max(ends_ms, now_ms + JUMP_MS)
    waiting.due_ms = max(now_ms, waiting.not_before_ms)
    row.waiting = [*row.waiting, waiting]
    if jump is not None and jump.top:
        whole(row, subject, waiting.not_before_ms)
    return waiting


def whole(row: PersonRow, top: Subject, from_ms: int) -> None:
    """Note that the top of a jump has come, to wait or to be refused: the others of it wait until `from_ms` for it."""
    jump = jump_id(top)
    for each in row.waiting:
        if jump is not None and each.jump == jump and each.id != top.id:
            each.not_before_ms = from_ms
            each.due_ms = from_ms


def held_for(row: PersonRow, waiting: Waiting, subject: Subject) -> Literal["bundle", "jump"]:
    """Return what one waits for whose time (`not_before_ms`) has not come: for its bundle to end, or for a top.

    Where the bundle ends no earlier than a top is waited for, the bundle is what it waits for; a top that has come ends
    the wait with the bundle too.
    """
    jump = jump_of(subject)
    is_lower = jump is not None and not jump.top
    waits_for_top = waiting.not_before_ms == waiting.arrived_ms + JUMP_MS != row.bundle_ends_ms
    return "jump" if is_lower and waits_for_top else "bundle"
