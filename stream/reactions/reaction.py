"""One reaction as its app declares it: what it listens to, the function, and what happens when that fails."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from schemas.errors import CairnError
from stream.reactions.source import Source
from stream.runtime.exits import Exit

OnError = Literal["stop", "set_aside"]
"""What becomes of a record whose reaction still fails when its patience is over."""
Listener = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """`patience` is in seconds; None is `reactions.patience`. `name` is unique within the app."""

    name: str
    source: Source[Any]
    function: Listener
    on_error: OnError
    patience: float | None
    concurrency: int


def reaction(
    function: Any, source: Any, *, name: str | None, on_error: OnError, patience: float | None, concurrency: int
) -> Reaction:
    """Check what was declared.

    Raises:
        CairnError: USAGE, with the function's file and line.
    """
    where = _where(function)
    if not isinstance(source, Source):
        raise CairnError(
            f"an agent listens to a topic of Cairn, not to {source!r}",
            where,
            "take app.milestone_crossed, app.milestone_nudges, app.celebration_decisions or app.delivery_receipts; "
            "topics of your own are read by a plain faust.App",
            exit=Exit.USAGE,
        )
    if not inspect.iscoroutinefunction(function):
        kind = "yields" if inspect.isasyncgenfunction(function) else "is no async function"
        raise CairnError(
            f"the agent {_name(function)} {kind}",
            where,
            "write `async def name(records):` with `async for record in records:` inside; to pass something on, send "
            "it to a topic",
            exit=Exit.USAGE,
        )
    if on_error not in ("stop", "set_aside") or concurrency < 1 or (patience is not None and patience < 0):
        raise CairnError(
            f"the agent {_name(function)} has an option that cannot be used",
            where,
            "on_error is 'stop' or 'set_aside', concurrency is 1 or more, patience is seconds",
            exit=Exit.USAGE,
        )
    return Reaction(
        name=name or _name(function),
        source=source,
        function=function,
        on_error=on_error,
        patience=patience,
        concurrency=concurrency,
    )


def _name(function: Any) -> str:
    return getattr(function, "__name__", repr(function))


def _where(function: Any) -> str:
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code is not None else repr(function)
