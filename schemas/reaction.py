"""Whose a record is on the topic of reactions: the app and the agent that are to have it again, and what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

REACTION = "cairn-reaction"
TOPIC = "cairn-reaction-topic"


@dataclass(frozen=True, slots=True)
class Address:
    """`reaction` is the app's name, a slash, and the agent's; `topic` is the record's own, without prefix."""

    reaction: str
    topic: str

    def headers(self) -> list[tuple[str, bytes]]:
        """As it stands on the record."""
        return [(REACTION, self.reaction.encode()), (TOPIC, self.topic.encode())]


def address_of(headers: Sequence[tuple[str, bytes]] | None) -> Address | None:
    """Read it back; of repeated headers the last counts. None: the record is addressed to nobody."""
    found = {name: value for name, value in headers or () if name in (REACTION, TOPIC) and value is not None}
    if found.keys() != {REACTION, TOPIC}:
        return None
    return Address(found[REACTION].decode("utf-8", "replace"), found[TOPIC].decode("utf-8", "replace"))


def without_address(headers: Sequence[tuple[str, bytes]] | None) -> list[tuple[str, bytes]]:
    """Return the record's other headers."""
    return [(name, value) for name, value in headers or () if name not in (REACTION, TOPIC)]
