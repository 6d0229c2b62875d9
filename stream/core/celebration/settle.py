"""What a look leaves in the contact's row."""

from __future__ import annotations

from schemas.channel import Channel
from stream.core.celebration.look import Looked
from stream.core.celebration.person import PersonRow


def settle(row: PersonRow, found: Looked, now_ms: int) -> list[str]:
    """Let wait on what was put off by a look at `now_ms`, in place, and return the ids of what waits no more.

    Those whose time had not come were not looked at, and wait as before.
    """
    later: dict[str, dict[Channel, int]] = {}
    for candidate, put_off in found.later:
        later.setdefault(candidate.subject.id, {})[put_off.channel] = put_off.until_ms
    ended = []
    for waiting in row.waiting:
        if waiting.not_before_ms > now_ms:
            continue
        if (left := later.get(waiting.id)) is not None:
            waiting.channels, waiting.due_ms = [*left], min(left.values())
        else:
            ended.append(waiting.id)
    row.waiting = [each for each in row.waiting if each.id not in ended]
    return ended
