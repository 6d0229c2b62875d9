"""Drawn pictures, kept within a bound of bytes. Pure."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, Protocol, TypeVar


class _Sized(Protocol):
    @property
    def body(self) -> bytes: ...


T = TypeVar("T", bound=_Sized)

_OVERHEAD = 400
"""Bytes of an entry besides its body: key, record, place in the order."""


class PictureCache(Generic[T]):
    """What was asked for longest ago goes first. What is larger than all the room is not kept."""

    def __init__(self, room: int) -> None:
        """Take the bound in bytes; 0 keeps nothing."""
        self._room, self._used = room, 0
        self._kept: OrderedDict[bytes, T] = OrderedDict()

    @property
    def used(self) -> int:
        """Bytes that are kept."""
        return self._used

    def find(self, key: bytes) -> T | None:
        """Return what is kept under a key."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: bytes, picture: T) -> None:
        """Keep a picture, and let go of old ones for it."""
        size = len(picture.body) + _OVERHEAD
        if size > self._room or key in self._kept:
            return
        self._kept[key] = picture
        self._used += size
        while self._used > self._room:
            _, gone = self._kept.popitem(last=False)
            self._used -= len(gone.body) + _OVERHEAD
