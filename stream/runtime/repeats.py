"""A log line that repeats is said once, and then how often it came: one worker wrote 488 `broadcast_waits` a second.

Two lines are the same when event and fields are, but for durations and counts inside texts. The first goes out at once;
those that follow within a window are counted, and told at its end in one line. Lines of one event that differ from each
other go out too, but no more than `KINDS` of them in a window: the others are counted together.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

WINDOW = 60.0
"""Seconds."""
KINDS = 20
"""Different lines of one event in a window: each of twelve partitions may have its own."""
MOST = 1_000
"""Lines that are remembered, for libraries write texts of any kind."""
_VARYING = re.compile(r"\d+(?:\.\d+)?(?= ?(?:ms|s|seconds)\b)|(?<=#)\d+|\d+(?= identical)")

Tell = Callable[[int, float], None]
"""Writes a line again, with how often it was held back, and within how many seconds."""
Later = Callable[[float, Callable[[], None]], None]
"""Calls back after so many seconds."""


@dataclass(slots=True)
class _Spell:
    """One window of a line, or of the different lines of an event."""

    until: float
    passed: int = 0
    held: int = 0
    tell: Tell | None = None
    """How to write the last one that was held back."""


class Repeats:
    """Remembers what was said lately. Callable from any thread."""

    def __init__(self, now: Callable[[], float], later: Later, *, window: float = WINDOW) -> None:
        """`now` gives seconds; `later` is asked once for each window in which something is held back."""
        self._now, self._later, self._window = now, later, window
        self._lock = threading.Lock()
        self._spells: dict[Hashable, _Spell] = {}

    def passes(self, event: str, level: str, fields: Mapping[str, Any], tell: Tell) -> bool:
        """Whether a line is to be written now; else it is counted, and `tell` is called at the end of the window."""
        kind, line = (event, level), (event, level, _sameness(fields))
        with self._lock:
            now = self._now()
            key: Hashable = line
            spell = self._current(line, now)
            if spell is None:
                of_kind = self._current(kind, now) or self._begin(kind, now)
                if of_kind.passed < KINDS:
                    of_kind.passed += 1
                    self._begin(line, now)
                    return True
                key, spell = kind, of_kind
            spell.held += 1
            spell.tell = tell
            if spell.held == 1:
                self._later(max(spell.until - now, 0.0), lambda: self._end(key, spell))
        return False

    def _current(self, key: Hashable, now: float) -> _Spell | None:
        spell = self._spells.get(key)
        return spell if spell is not None and (spell.held or now < spell.until) else None

    def _begin(self, key: Hashable, now: float) -> _Spell:
        if len(self._spells) >= MOST:
            # Forgetting early lets a line out once more; what is held back is still to be told.
            self._spells = {key: spell for key, spell in self._spells.items() if spell.held}
        spell = self._spells[key] = _Spell(now + self._window)
        return spell

    def _end(self, key: Hashable, spell: _Spell) -> None:
        with self._lock:
            if self._spells.get(key) is spell:
                del self._spells[key]
            held, tell = spell.held, spell.tell
        if tell is not None:
            tell(held, self._window)


def _sameness(fields: Mapping[str, Any]) -> Hashable:
    return tuple(sorted((name, _VARYING.sub("#", str(value))) for name, value in fields.items()))
