"""Checks of the engine that a test can leave out of a worker, to show what would come of it.

A suite in which everything always ends well proves nothing: each of these, left out, must make a mistake of an
administrator lose crossings or say them twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

import stream.engine.cluster
import stream.engine.copies
import stream.engine.restore
import stream.engine.topic_watch
from stream.engine.changelog import Label, Positions, Stale
from stream.engine.copies import Copies
from stream.engine.slot_check import SlotCheck
from tests.system.swap import replace


def _identity() -> None:
    """A topic that was made anew, or another partition count, is not seen while running or at a start."""
    replace(stream.engine.topic_watch, "check_layout", _nothing)
    replace(stream.engine.restore, "check_layout", _nothing)
    replace(Positions, "check", _nothing)
    stale = vars(stream.engine.copies)["stale"]

    def never_foreign(label: Label, **about: Any) -> Stale | None:
        found: Stale | None = stale(label, **about)
        return found._replace(foreign=False) if found else None

    replace(stream.engine.copies, "stale", never_foreign)
    _origin()


def _origin() -> None:
    """A part of a state is taken for all of it."""
    replace(stream.engine.restore, "is_whole", lambda positions, origin: True)


def _counts() -> None:
    """Topics of different partition counts are put up with; the lead's count is taken."""
    _identity()
    replace(stream.engine.cluster, "_the_one_count", lambda counts: next(iter(counts.values())))


def _head() -> None:
    """A changelog without its head is taken for whole."""
    replace(Copies, "_require_whole", _nothing)
    _origin()


def _partition() -> None:
    """A store is taken for that of its directory, whatever it says of itself."""
    replace(Positions, "check", _nothing)
    stale = vars(stream.engine.copies)["stale"]

    def anybodys(label: Label, **about: Any) -> Stale | None:
        found: Stale | None = stale(msgspec.structs.replace(label, partition=about["partition"]), **about)
        return found

    replace(stream.engine.copies, "stale", anybodys)


def _namesake() -> None:
    """A living worker of the same name is fenced."""
    replace(SlotCheck, "wait", _nothing)


def _nothing(*_: object) -> None:
    return None


CHECKS: Mapping[str, Callable[[], None]] = {
    "identity": _identity,
    "counts": _counts,
    "head": _head,
    "partition": _partition,
    "namesake": _namesake,
}
