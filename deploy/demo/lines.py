"""The plain telling, for pipes and logs: one line for each thing that happens, nothing rewritten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from deploy.demo.invitation import line
from deploy.demo.scene import News, Reached, Scene
from deploy.demo.wording import places_reached

Item = TypeVar("Item")

_STATUS_S = 5.0
_AT_ONCE = 3
"""Milestones told one by one between two statuses; of the rest, how many there were."""


class Lines:
    """Gets scene after scene and writes what is new in them."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._news: News | None = None
        self._reached: Reached | None = None
        self._status_at = 0.0
        self._told = self._untold = 0
        self._invited = False

    def show(self, scene: Scene) -> None:
        """Write what has happened since the last scene."""
        for news in _after(scene.news, self._news):
            self._line(news.at, news.text)
            self._news = news
        for reached in _after(scene.reached, self._reached):
            self._cross(reached)
            self._reached = reached
        if scene.invitation and not self._invited:
            self._invited = True
            if not scene.ends_by_itself:
                self._line(scene.at, "send an event of your own: paste this into a second terminal, in this directory")
                self._write(f"         {line([*scene.invitation])}\n")
        if scene.at - self._status_at >= _STATUS_S:
            self._status_at = scene.at
            self._line(scene.at, _status(scene, self._untold))
            self._told = self._untold = 0

    def _cross(self, reached: Reached) -> None:
        if reached.guest or self._told < _AT_ONCE:
            self._told += not reached.guest
            self._line(reached.at, f"  {reached.text}")
        else:
            self._untold += 1

    def _line(self, at: float, text: str) -> None:
        self._write(f"  {int(at) // 60:02d}:{int(at) % 60:02d}  {text}\n")


def _status(scene: Scene, untold: int) -> str:
    balance, arrived = scene.balance, ", ".join(places_reached(scene.received))
    more = f"{untold} more reached; " if untold else ""
    wrong = f"lost {len(balance.lost)}, twice {len(balance.twice)}"
    return (
        f"  {more}{scene.counted_rate:,.0f} events/s, {scene.waiting:,} waiting; "
        f"crossings expected {balance.expected:,}, seen {balance.seen:,}, {wrong}; arrived: {arrived}"
    )


def _after(items: Sequence[Item], last: Item | None) -> list[Item]:
    """Those behind `last`; all of them when it is not there (any more)."""
    for at in range(len(items) - 1, -1, -1):
        if items[at] is last:
            return [*items[at + 1 :]]
    return [*items]
