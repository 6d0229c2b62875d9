"""What the embedded broker is busy with while its owner waits."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True)
class Progress:
    """One step on the way to a running broker. `done` and `total` are bytes; a step without a size has
    total 0.
    """

    step: str
    done: int = 0
    total: int = 0

    def __str__(self) -> str:
        if not self.total:
            return self.step
        share = 100 * self.done // self.total
        return f"{self.step}: {self.done / 1e6:.0f} of {self.total / 1e6:.0f} MB ({share} %)"


OnProgress = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Tell nobody."""


class ProgressLine:
    """Shows progress on a stream: one line that rewrites itself on a terminal, one line a step elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._last = ""
        self._width = 0

    def __call__(self, progress: Progress) -> None:
        """Show one step."""
        text = str(progress)
        if self._stream.isatty():
            if progress.step != self._last and self._last:
                self._stream.write("\n")
                self._width = 0
            self._stream.write("\r" + text.ljust(self._width))
            self._width = len(text)
        elif progress.step != self._last:
            size = f" ({progress.total / 1e6:.0f} MB)" if progress.total else ""
            self._stream.write(f"{progress.step}{size}\n")
        self._last = progress.step
        self._stream.flush()

    def end(self) -> None:
        """Leave the cursor on a line of its own."""
        if self._last and self._stream.isatty():
            self._stream.write("\n")
        self._last, self._width = "", 0
