"""A fixed piece of work that no change of Cairn touches: what a machine's second is worth just now. Never change it."""

from __future__ import annotations

import hashlib
import json

PLACES = 20_000
"""So that its memory is as scattered as rows and events are: a neighbour who takes the cache away slows both."""
STRIDE = 7_919
"""A prime: no two places that follow each other lie near each other."""


class _Place:
    """An object with attributes, as rows and events are."""

    __slots__ = ("names", "total")

    def __init__(self) -> None:
        self.total = 0
        self.names: dict[str, int] = {}


class Reference:
    """The work, in pieces: JSON, dictionaries, attributes, calls, hashes and bytes, as the path of an event does."""

    def __init__(self) -> None:
        self._places = [_Place() for _ in range(PLACES)]
        self._joined = b""
        self._turn = 0

    def work(self, turns: int) -> None:
        """Do so many turns of it."""
        for turn in range(self._turn, self._turn + turns):
            contact = turn * STRIDE % PLACES
            text = f'{{"id":"imp-{turn}","contact_id":"c-{contact}","value":1,"properties":{{"format":"pdf"}}}}'
            event = json.loads(text)
            place = self._places[contact]
            place.total = _risen(place.total, event["value"])
            place.names[event["contact_id"]] = place.names.get(event["contact_id"], 0) + turn
            self._joined = (self._joined + hashlib.sha1(text.encode(), usedforsecurity=False).digest())[-160:]
        self._turn += turns


def _risen(total: int, value: int) -> int:
    return total + value if value >= 0 else total
