"""Where the scenes go: a live view on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.live import Live

from deploy.demo.lines import Lines
from deploy.demo.scene import News, Scene
from deploy.demo.stage import Stage
from deploy.demo.view import draw

_FRAME_S = 0.15
"""Seconds between two frames: it looks alive, and drawing does not take the workers' CPU."""
_KEPT = 20
"""Lines of the story that stay on the terminal after the live view."""


class Screen(Protocol):
    """Shows the stage as it is now."""

    def show(self, stage: Stage, *, last: bool = False) -> None:
        """Show it, or leave it out if the last time was a moment ago; `last` is never left out."""
        ...


class LiveScreen:
    """Redraws the whole terminal."""

    def __init__(self, live: Live, *, ends_by_itself: bool) -> None:
        self._live = live
        self._ends_by_itself = ends_by_itself
        self._shown_at = float("-inf")
        self.news: tuple[News, ...] = ()

    def show(self, stage: Stage, *, last: bool = False) -> None:
        """Draw a frame if it is time."""
        if last or stage.now - self._shown_at >= _FRAME_S:
            self._shown_at = stage.now
            width, height = self._live.console.size
            scene = stage.scene(ends_by_itself=self._ends_by_itself)
            self.news = tuple(scene.news)
            self._live.update(draw(scene, width, height), refresh=True)


class LineScreen:
    """Writes what is new."""

    def __init__(self, out: TextIO, *, ends_by_itself: bool) -> None:
        self._out = out
        self._lines = Lines(out.write)
        self._ends_by_itself = ends_by_itself

    def show(self, stage: Stage, *, last: bool = False) -> None:
        """Write the lines that are due."""
        self._lines.show(stage.scene(ends_by_itself=self._ends_by_itself))
        self._out.flush()


@contextmanager
def screen_for(out: TextIO, *, ends_by_itself: bool) -> Iterator[Screen]:
    """The live view if `out` is a terminal that can do it; what was told of the story stays readable afterwards."""
    console = Console(file=out, highlight=False, markup=False, emoji=False)
    if not console.is_terminal or console.is_dumb_terminal:
        yield LineScreen(out, ends_by_itself=ends_by_itself)
        return
    live = Live(console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
    screen = LiveScreen(live, ends_by_itself=ends_by_itself)
    try:
        with live:
            yield screen
    finally:
        # The live view leaves the terminal as it was; the story is worth more than that.
        Lines(out.write).show(Scene(bootstrap="", news=screen.news[-_KEPT:]))
