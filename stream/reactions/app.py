"""`App`: a Faust app for reactions to milestones, at least once, with Faust's known traps closed (README.md)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

from schemas.errors import CairnError
from stream.reactions.app_at_work import AppAtWork
from stream.reactions.beginning import Begin
from stream.reactions.reaction import OnError, reaction
from stream.reactions.records import Records
from stream.reactions.source import CROSSINGS, DECISIONS, NUDGES, RECEIPTS, Source
from stream.runtime.exits import Exit

Value = TypeVar("Value")
Function = Callable[[Records[Value]], Awaitable[None]]
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


class App(AppAtWork):
    """Reactions under one name, which is their consumer group behind the topic prefix: never change it.

    Nothing is read, and no broker asked, before it runs: `cairn run reactions --with MODULE`.
    """

    milestone_crossed = CROSSINGS
    milestone_nudges = NUDGES
    celebration_decisions = DECISIONS
    delivery_receipts = RECEIPTS

    def __init__(self, name: str, *, begin: Begin = "now") -> None:
        """`begin` is for the first start alone: `now` reacts to what comes from then on, `earliest` to all there is.

        Raises:
            CairnError: the name is no name of a consumer group, or `begin` is neither.
        """
        if not _NAME.fullmatch(name):
            raise CairnError(
                f"this is no name of an app: {name!r}",
                "App(name)",
                "use letters, digits, dots, hyphens and underscores, 100 at most",
                exit=Exit.USAGE,
            )
        if begin not in ("now", "earliest"):
            raise CairnError(f"begin={begin!r}", f"App({name!r})", "begin is 'now' or 'earliest'", exit=Exit.USAGE)
        super().__init__(name, begin)

    def agent(  # type: ignore[override]
        self,
        source: Source[Value],
        *,
        name: str | None = None,
        on_error: OnError = "stop",
        patience: float | None = None,
        concurrency: int = 1,
    ) -> Callable[[Function[Value]], Function[Value]]:
        """Declare a reaction; the function stays as it is, so that a test can hand it any async iterator.

        Args:
            source: one of this class's topics, such as `app.milestone_crossed`.
            name: of the reaction, within the app; by default the function's.
            on_error: what becomes of a record that still fails when its patience is over. `stop` ends the worker,
                which begins again at that record; `set_aside` writes a dead letter and goes on.
            patience: seconds for which a record is tried again in place; by default `reactions.patience`.
            concurrency: how many records are in hand at once. With more than 1, records of one contact may be handled
                out of order; what is committed stays right.

        Raises:
            CairnError: USAGE, with the function's file and line.
        """

        if (code := getattr(source, "__code__", None)) is not None:
            raise CairnError(
                f"@app.agent wants to know what {code.co_name} listens to",
                f"{code.co_filename}:{code.co_firstlineno}",
                "write `@app.agent(app.milestone_crossed)`",
                exit=Exit.USAGE,
            )

        def declare(function: Function[Value]) -> Function[Value]:
            found = reaction(function, source, name=name, on_error=on_error, patience=patience, concurrency=concurrency)
            if found.name in self.reactions:
                raise CairnError(
                    f"two agents of {self.name!r} are called {found.name}",
                    f"App({self.name!r})",
                    "give one of them another name: @app.agent(topic, name=...)",
                    exit=Exit.USAGE,
                )
            self.reactions[found.name] = found
            return function

        return declare
