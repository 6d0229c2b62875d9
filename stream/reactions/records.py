"""What a reaction loops over: the values of its topic one by one, each done when it comes round for the next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Generic, Self, TypeVar

from schemas.reaction import address_of
from schemas.rejection import Rejection
from schemas.topics import REACTIONS
from stream.reactions.reaction import Reaction
from stream.reactions.record import ReactionRecord
from stream.reactions.turn import Turn
from stream.reactions.workplace import Workplace

Value = TypeVar("Value")


class Records(AsyncIterator[Value], Generic[Value]):
    """Faust acknowledges a record even when the loop's body raised, and so loses it; here only coming round does."""

    def __init__(self, reaction: Reaction, events: AsyncIterator[Any], place: Workplace) -> None:
        self.turn: Turn | None = None
        """The record in hand."""
        self.ended = False
        """Nothing more will come: the worker ends."""
        self._again: Turn | None = None
        self._asked: asyncio.Task[Turn | None] | None = None
        """The question for the next record. Its answer outlives whoever asked and did not wait for it."""
        self._asking = False
        self._reaction, self._events, self._place = reaction, events, place
        self._id = place.id_of(reaction)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Value:
        if self._asking:
            raise RuntimeError("the next record is asked for twice at once: one loop has them all")
        if self.turn is not None:
            self._done(self.turn)
        self._asking = True
        self._place.hands.asks(self)
        try:
            turn = self._redo() or await self._answer()
        finally:
            self._asking = False
            self._place.hands.leaves(self, self._id)
        self.turn = turn
        self._place.hands.hold(turn, self._id)
        value: Value = turn.value
        return value

    @property
    def record(self) -> ReactionRecord:
        """The record of the value in hand: its key, bytes, headers and position.

        Raises:
            LookupError: there is none in hand.
        """
        if self.turn is None:
            raise LookupError("no record is in hand: ask inside of the loop")
        return self.turn.record

    def close(self) -> None:
        """Nobody asks any more."""
        if self._asked is not None:
            self._asked.cancel()

    def drop(self) -> Turn | None:
        """Take the record out of hand, not done; None when there is none."""
        turn, self.turn = self.turn, None
        if turn is not None:
            self._place.hands.put_down(turn)
        return turn

    def redo(self, turn: Turn) -> None:
        """Give this one first when the loop comes round."""
        self._again = turn

    def finish(self, turn: Turn) -> None:
        """This one needs nothing more from this reaction."""
        turn.event.ack()

    def _done(self, turn: Turn) -> None:
        self.turn = None
        seconds = self._place.hands.put_down(turn)
        self._place.figures.handled(self._id, seconds)
        self.finish(turn)

    def _redo(self) -> Turn | None:
        turn, self._again = self._again, None
        # A partition that moved meanwhile took the record with it: whoever has it now handles it.
        return turn if turn is not None and turn.epoch == self._place.ledger.epoch else None

    async def _answer(self) -> Turn:
        """Ask, or wait on for what was asked before.

        A time bound around the question (`asyncio.wait_for(anext(records), 5)`, as of one who collects a batch) cancels
        it. Faust's stream would be over then, for good, and a record on its way to the dead letters lost.
        """
        while True:
            if self._asked is None:
                self._asked = asyncio.ensure_future(self._next())
            turn = await asyncio.shield(self._asked)
            self._asked = None
            if turn is None:
                self.ended = True
                raise StopAsyncIteration
            if turn.epoch == self._place.ledger.epoch:
                return turn
            self.finish(turn)

    async def _next(self) -> Turn | None:
        while True:
            try:
                event = await anext(self._events)
            except StopAsyncIteration:
                return None
            message = event.message
            turn = Turn(None, ReactionRecord(message), event, message.generation_id)
            if turn.epoch != self._place.ledger.epoch or not self._is_ours(turn.record):
                self.finish(turn)
                continue
            found = self._reaction.source.read(turn.record.value())
            if not isinstance(found, Rejection):
                turn.value = found
                return turn
            await self._place.set_aside(self._reaction, turn.record, found.code, found.message, found.pointer)
            self.finish(turn)

    def _is_ours(self, record: ReactionRecord) -> bool:
        """Whether it is on the topic listened to, or was sent back to this very reaction."""
        if record.topic() != self._place.full(REACTIONS):
            return True
        address = address_of(record.headers())
        return address is not None and (address.reaction, address.topic) == (self._id, self._reaction.source.topic)
