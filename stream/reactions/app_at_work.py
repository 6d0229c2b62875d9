"""An app at work: what its worker, its reactions and Faust ask of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from schemas.errors import CairnError
from schemas.topics import REACTIONS
from stream.reactions.beginning import Begin, Terms
from stream.reactions.consumer import Consumer
from stream.reactions.failure import failure_of
from stream.reactions.faust_app import FaustApp
from stream.reactions.figures import AppFigures
from stream.reactions.hands import Hands
from stream.reactions.ledger import Ledger
from stream.reactions.letters import set_aside
from stream.reactions.options import faust_options
from stream.reactions.reacting import Reacting
from stream.reactions.reaction import Reaction
from stream.reactions.record import ReactionRecord
from stream.reactions.security import passed_by
from stream.runtime.settings import Settings

log = structlog.get_logger(__name__)


class AppAtWork(FaustApp):
    """The base of `stream.reactions.App`, which is what users make. It is the `Workplace` of its reactions."""

    def __init__(self, name: str, begin: Begin) -> None:
        """Take a name and a beginning that were checked."""
        super().__init__(name)
        self.name = name
        self.begin = begin
        self.reactions: dict[str, Reaction] = {}
        self.ledger = Ledger()
        self.hands = Hands(time.monotonic)
        self.figures = AppFigures(name)
        self.failure: CairnError | None = None
        """Why it must end."""
        self.on_failure: Callable[[CairnError], None] = lambda _error: None
        self.topic_ids: Mapping[str, str] = {}
        """The ids of the topics that it reads, as they were when its worker started; names with their prefix."""
        self._settings: Settings | None = None
        self._moved = asyncio.Event()

    # -- as its worker sees it

    @property
    def settings(self) -> Settings:
        """Those of its worker; without one, from the file and the environment."""
        if self._settings is None:
            from stream.runtime.layers import load

            self._settings = load().settings
        return self._settings

    def use(self, settings: Settings) -> None:
        """Take the settings of the worker that runs it, before anything else is asked of it."""
        self._settings = settings

    @property
    def terms(self) -> Terms:
        """How it begins to read."""
        own = self.settings
        return Terms(self.name, self.begin, own.reactions.accept_gap, own.topics.partitions, self.topic_ids)

    def fail(self, error: BaseException) -> None:
        """End the worker: only the first failure counts. Any thread may call it."""
        if self.failure is None:
            self.failure = failure_of(error)
            self.on_failure(self.failure)

    def lost_output(self, error: BaseException) -> None:
        """A record that a reaction sent was not written; what led to it must not be committed."""
        log.error("send_failed", app=self.name, error=type(error).__name__)
        self.fail(error)

    async def positions(self) -> Mapping[tuple[str, int], int]:
        """How far its client has read each partition that it holds."""
        consumer = self.consumer
        return await consumer.positions() if isinstance(consumer, Consumer) and self.ledger.epoch is not None else {}

    def moved(self) -> None:
        """The assignment is over: whoever waits to try a record again need not."""
        self._moved.set()
        self._moved = asyncio.Event()

    # -- a workplace of its reactions

    @property
    def longest_pause(self) -> float:
        """Seconds between two tries at most."""
        return self.settings.reactions.longest_pause

    def id_of(self, reaction: Reaction) -> str:
        """The app's name, a slash, and the reaction's."""
        return f"{self.name}/{reaction.name}"

    def full(self, topic: str) -> str:
        """A topic's name with its prefix."""
        return self.settings.prefixed(topic)

    def patience_of(self, reaction: Reaction) -> float:
        """Seconds for which one record is tried."""
        return self.settings.reactions.patience if reaction.patience is None else reaction.patience

    async def set_aside(
        self, reaction: Reaction, record: ReactionRecord, code: str, message: str, pointer: str
    ) -> None:
        """Write a dead letter, and come back once the brokers have it."""
        try:
            await set_aside(self, self.id_of(reaction), reaction.source.topic, record, code, message, pointer)
        except Exception as error:
            self.fail(error)
            raise
        self.figures.set_aside(self.id_of(reaction), code)

    async def wait_moved(self, epoch: int | None, seconds: float) -> None:
        """Wait so long, or until the assignment of that epoch is over."""
        if epoch is not None and epoch != self.ledger.epoch:
            return
        try:
            await asyncio.wait_for(self._moved.wait(), None if seconds == float("inf") else seconds)
        except TimeoutError:
            return

    # -- what Faust asks of its apps

    def finalize(self) -> None:
        """Hand the reactions over to Faust, once."""
        if not self.finalized:
            super().finalize()
            self._declare()
            if ignored := passed_by(self.settings.kafka.properties):
                log.info("properties_passed_by", app=self.name, names=ignored)

    def _declare(self) -> None:
        replays = self.full(REACTIONS)
        for each in self.reactions.values():
            topic = self.topic(
                self.full(each.source.topic),
                replays,
                value_type=bytes,
                key_type=bytes,
                value_serializer="raw",
                key_serializer="raw",
            )
            # Faust's own: the one of that name that users see declares a reaction.
            FaustApp.agent(self, topic, name=self.id_of(each), concurrency=each.concurrency)(self._actor(each))

    def _actor(self, declared: Reaction) -> Any:
        async def actor(stream: Any) -> None:
            # noack: Faust acknowledges a record whose body raised, and it would be lost.
            await Reacting(declared, self).run(aiter(stream.noack().events()))
            if not self.should_stop:
                self.fail(RuntimeError(f"the stream of {self.id_of(declared)} has ended, and the worker goes on"))

        return actor

    def _load_settings(self, *, silent: bool = False) -> Any:
        return self.Settings(self.settings.prefixed(self.name), **faust_options(self.settings))

    async def _consumer_wait_empty(self, consumer: Any, logger: Any) -> None:
        """Partitions leave: give what is in hand a moment, and commit what is finished."""
        own = self.settings.reactions
        # A worker that ends holds up nobody but itself; a fifth of its time is for the commit and the goodbye.
        await self.hands.wait_empty(own.drain * 0.8 if self.should_stop else own.hand_over)
        # A commit under way is waited for, and then nothing is committed: the second call is for what came after it.
        await consumer.commit()
        await consumer.commit()

    def _crash(self, reason: BaseException) -> None:
        """A part of Faust broke, in this loop or in the consumer's thread. Faust itself would stand still now."""
        super()._crash(reason)
        self.fail(reason)
