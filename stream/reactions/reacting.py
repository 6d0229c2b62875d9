"""Runs one reaction for as long as the worker lives, whatever its function raises.

    record ──► body ──comes round──► done, may be committed
                │
                └─raises──► pause ──► the function is called anew, with the same record first
                              │
                              └─ patience over: the worker stops (on_error "stop"), and its supervisor begins again at
                                 the record; or a dead letter ("set_aside"), and the next record comes

While it pauses the consumer goes on with its heartbeats, so nothing is taken away from a worker that waits.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import structlog

from schemas.errors import CairnError
from stream.reactions.pause import pause
from stream.reactions.reaction import Reaction
from stream.reactions.records import Records
from stream.reactions.refusal import Rest, SetAside, TryAgain
from stream.reactions.turn import Turn
from stream.reactions.workplace import Workplace
from stream.runtime.exits import Exit

log = structlog.get_logger(__name__)

REST = 3600.0
"""Seconds between two looks of one that rests; a new assignment wakes it at once."""


class Reacting:
    """One actor of one reaction. `now` is a steady clock in seconds, `chance` gives numbers in [0, 1)."""

    def __init__(
        self,
        reaction: Reaction,
        place: Workplace,
        *,
        now: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._reaction, self._place, self._now, self._chance = reaction, place, now, chance
        self._id = place.id_of(reaction)
        self._idle_failures = 0
        self._idle_failed_at = 0.0

    async def run(self, events: AsyncIterator[Any]) -> None:
        """Call the function again and again; returns when the events end."""
        records: Records[Any] = Records(self._reaction, events, self._place)
        try:
            while (error := await self._called(records)) is not None:
                await self._failed(records, error)
        finally:
            records.close()

    async def _called(self, records: Records[Any]) -> BaseException | None:
        """Call the function once and return what went wrong; None when the events have ended."""
        self._place.hands.leaves(records, self._id)
        try:
            await self._reaction.function(records)
        except (Exception, SystemExit) as error:  # the latter would end the process without its farewell
            return error
        except asyncio.CancelledError as error:
            # Ours when the worker ends. Else a task of the function's own was cancelled, and Faust would take that for
            # the end of the agent, with the record in its hand.
            if (task := asyncio.current_task()) is None or task.cancelling():
                raise
            return error
        finally:
            self._place.hands.asks(records)
        return None if records.ended else _LeftError()

    async def _failed(self, records: Records[Any], error: BaseException) -> None:
        turn = records.drop()
        if turn is None:
            await self._failed_idle(error)
            return
        now = self._now()
        turn.failures += 1
        turn.failed_at = now if turn.failed_at is None else turn.failed_at
        if isinstance(error, SetAside):
            await self._set_aside(records, turn, error.code, error.reason)
        elif isinstance(error, Rest):
            log.error("reaction_rests", reaction=self._id, reason=error.reason)
            await self._again(records, turn, REST)
        elif now - turn.failed_at < self._place.patience_of(self._reaction):
            await self._again(records, turn, self._wait(turn.failures, error), error)
        elif self._reaction.on_error == "set_aside":
            await self._set_aside(records, turn, "reaction_failed", _said(error))
        else:
            self._give_up(error, self._position(turn))
            await self._place.wait_moved(turn.epoch, float("inf"))
            records.redo(turn)

    async def _failed_idle(self, error: BaseException) -> None:
        """It failed without a record in hand, as when it opens a connection before its loop."""
        self._idle_failures += 1
        if self._idle_failures == 1:
            self._idle_failed_at = self._now()
        elif self._now() - self._idle_failed_at >= self._place.patience_of(self._reaction):
            self._give_up(error, "none: it fails before its first")
        wait = self._wait(self._idle_failures, error)
        said = {"before": "its first record", "again_in": round(wait, 1), **_of(error)}
        log.warning("reaction_failed", reaction=self._id, **said)
        self._place.figures.failed(self._id)
        await self._place.wait_moved(None, wait)

    async def _again(self, records: Records[Any], turn: Turn, wait: float, error: BaseException | None = None) -> None:
        self._place.figures.failed(self._id)
        if error is not None:
            log.warning(
                "reaction_failed",
                reaction=self._id,
                at=self._position(turn),
                failures=turn.failures,
                again_in=round(wait, 1),
                **_of(error),
            )
        await self._place.wait_moved(turn.epoch, wait)
        records.redo(turn)

    async def _set_aside(self, records: Records[Any], turn: Turn, code: str, reason: str) -> None:
        await self._place.set_aside(self._reaction, turn.record, code, reason, "")
        records.finish(turn)

    def _give_up(self, error: BaseException, position: str) -> None:
        log.error("reaction_gives_up", reaction=self._id, at=position, **_of(error))
        self._place.fail(
            CairnError(
                f"the reaction {self._id} still fails after {self._place.patience_of(self._reaction):g} s: "
                f"{type(error).__name__}",
                f"record {position}",
                "mend it (the log has the traceback): the worker begins again at this record, so nothing is lost; "
                'with on_error="set_aside" it would go to the dead letters',
                exit=Exit.POISONED,
            )
        )

    def _wait(self, failures: int, error: BaseException) -> float:
        own = pause(failures, self._place.longest_pause, self._chance())
        return max(error.after, own) if isinstance(error, TryAgain) and error.after is not None else own

    def _position(self, turn: Turn) -> str:
        record = turn.record
        return f"{record.topic()} {record.partition()}:{record.offset()}"


class _LeftError(Exception):
    """The function returned. Its loop is for ever: whoever leaves it would handle nothing more, in silence."""

    def __init__(self) -> None:
        super().__init__("the function returned: use `continue` to leave one record, never `break` or `return`")


def _said(error: BaseException) -> str:
    """A sentence for the dead letter. Without the exception's own text, which may hold anything."""
    return f"the reaction raised {type(error).__name__}"


def _of(error: BaseException) -> dict[str, Any]:
    """An answer is a sentence; an exception is a traceback."""
    if isinstance(error, TryAgain):
        return {"reason": error.reason}
    if isinstance(error, _LeftError):
        return {"reason": str(error)}
    return {"error": type(error).__name__, "exc_info": error}
