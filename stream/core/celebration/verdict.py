"""What is decided on a channel, and when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from schemas.channel import Channel
from schemas.decision import No
from schemas.delivery import Target


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """A final decision on a channel: where it goes, or why nothing is sent."""

    channel: Channel
    targets: tuple[Target, ...] = ()
    because: No | None = None
    detail: str | None = None
    until_ms: int | None = None
    """Of `over_cap`: when there would have been room (epoch ms)."""
    absorbed_by: str | None = None
    """The id of what was sent instead."""
    bundled_with: str | None = None
    """The id of the crossing whose message tells this one too; of a yes that is no message of its own."""


Hold = Literal["profile", "consent", "unreachable", "hours", "cap", "better"]
"""What something waits for. profile, consent, unreachable: the grace for it runs. hours, cap: not before they let it
out. better: another one that says the same better waits, and this one is absorbed if that is sent."""


class Later(msgspec.Struct, frozen=True, gc=False):
    """Nothing is decided before `until_ms` (epoch ms), unless something happens to the contact."""

    channel: Channel
    until_ms: int
    hold: Hold
    behind: str | None = None
    """Of `better`: the id of the other one."""


def refusals(channels: Iterable[Channel], because: No, detail: str | None = None) -> list[Verdict]:
    """Return the same no for each of these channels."""
    return [Verdict(channel, because=because, detail=detail) for channel in channels]
