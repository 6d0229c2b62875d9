"""Draws pictures beside the pages, each once, and keeps them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, TypeAlias

import msgspec

from channels.artwork.badge import Badge
from channels.artwork.card import Card
from channels.artwork.studio import Picture, Studio
from channels.portal.picture_cache import PictureCache
from stream.runtime.meter import Meter
from stream.runtime.metrics import PORTAL_PICTURE_SECONDS, PORTAL_PICTURES, PORTAL_TEXTS_LEFT_OUT

Kind: TypeAlias = Literal["card", "badge", "icon"]

MEMORY = 64 << 20
"""Bytes for pictures that are kept."""
DRAWING = 2
"""Pictures drawn at once. A picture takes 0.1 to 0.4 s of a core, most of it in Pillow, which lets the event loop run
meanwhile; with more the pages would wait for a core."""


@dataclass(frozen=True, slots=True)
class Hung:
    """A picture ready to be served; its `etag` (RFC 9110 section 8.8.3) changes with its bytes."""

    content_type: str
    body: bytes
    etag: str


class Gallery:
    """Used on one event loop. Requests for one picture at the same time wait for one drawing."""

    def __init__(
        self,
        studios: Sequence[Studio],
        *,
        memory: int = MEMORY,
        meter: Meter | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Take who draws.

        Args:
            studios: as many as shall draw at once; each is used by one thread at a time.
            memory: bytes for pictures that are kept, 0 for none.
            meter: counts what is served and how long drawing takes.
            clock: seconds.
        """
        self._idle: asyncio.LifoQueue[Studio] = asyncio.LifoQueue()
        for studio in studios:
            self._idle.put_nowait(studio)
        self._kept: PictureCache[Hung] = PictureCache(memory)
        self._drawn: dict[bytes, asyncio.Task[Hung]] = {}
        self._meter, self._clock = meter or Meter(), clock

    async def card(self, card: Card) -> Hung:
        """Return the stat card, PNG."""
        return await self._picture("card", card, lambda studio: studio.card(card))

    async def badge(self, badge: Badge) -> Hung:
        """Return the animated badge, GIF."""
        return await self._picture("badge", badge, lambda studio: studio.animated(badge))

    async def icon(self, badge: Badge) -> Hung:
        """Return the still icon, PNG."""
        return await self._picture("icon", badge, lambda studio: studio.icon(badge))

    async def _picture(self, kind: Kind, shown: Card | Badge, draw: Callable[[Studio], Picture]) -> Hung:
        key = sha256(kind.encode() + msgspec.msgpack.encode(shown)).digest()
        if kept := self._kept.find(key):
            self._meter.add(PORTAL_PICTURES, 1, (kind, "memory"))
            return kept
        drawing = self._drawn.get(key)
        self._meter.add(PORTAL_PICTURES, 1, (kind, "memory" if drawing else "drawn"))
        if drawing is None:
            drawing = self._drawn[key] = asyncio.create_task(self._draw(key, kind, draw))
            drawing.add_done_callback(lambda _: self._drawn.pop(key, None))
        # A client that leaves must not take the picture from those who wait with it, nor a studio from its thread.
        return await asyncio.shield(drawing)

    async def _draw(self, key: bytes, kind: Kind, draw: Callable[[Studio], Picture]) -> Hung:
        studio = await self._idle.get()
        try:
            began = self._clock()
            picture = await asyncio.to_thread(draw, studio)
            self._meter.observe(PORTAL_PICTURE_SECONDS, self._clock() - began, labels=(kind,))
        finally:
            self._idle.put_nowait(studio)
        for name in picture.left_out:
            self._meter.add(PORTAL_TEXTS_LEFT_OUT, 1, (name,))
        etag = f'"{sha256(picture.body).hexdigest()[:24]}"'
        hung = Hung(picture.content_type, picture.body, etag)
        self._kept.keep(key, hung)
        return hung
