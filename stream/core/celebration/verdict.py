"""What is decided on a channel, and when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from schemas.channel import Channel
from schemas.decision import No
from schemas.delivery import Target


class Verdict(NamedTuple):
    """A final decision on a channel: where it goes, or why nothing is sent."""

    channel: Channel
    targets: tuple[Target, ...] = ()
    because: No | None = None
    detail: str | None = None


class Later(NamedTuple):
    """Nothing is decided before `until_ms` (epoch ms), unless something happens to the contact."""

    channel: Channel
    until_ms: int


def refusals(channels: Iterable[Channel], because: No, detail: str | None = None) -> list[Verdict]:
    """Return the same no for each of these channels."""
    return [Verdict(channel, because=because, detail=detail) for channel in channels]
