"""What a scenario plays on: a rig, a load, and the outcome that it fills in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from deploy.broker import EmbeddedKafka
from tests.chaos.crew import Crew
from tests.chaos.feed import Feed, Load, events_of
from tests.chaos.outcome import Outcome
from tests.chaos.progress_watch import ProgressWatch
from tests.chaos.supervised_crew import SupervisedCrew
from tests.chaos.verifier import judge
from tests.system.rig import Option, Rig
from tests.system.usage import Usage
from tests.system.waiting import until


class Play:
    """One run of one scenario; `settings` are the time bounds of its size."""

    def __init__(
        self,
        rig: Rig,
        load: Load,
        outcome: Outcome,
        settings: dict[str, Option],
        *,
        window: int = 0,
        broker: EmbeddedKafka | None = None,
    ) -> None:
        self.rig = rig
        self.load = load
        self.outcome = outcome
        self._settings = settings
        self._window = window
        self.besides = ""
        """A milestone that the oracle does not know."""
        self._broker = broker
        self._archive: dict[int, dict[int, Any]] = {}

    def crew(self, **settings: Option) -> Crew:
        """The workers, with settings of this scenario."""
        return Crew(self.rig, self.outcome, {**self._settings, **settings})

    def seconds(self, setting: str) -> float:
        """One of the time bounds that the workers run with."""
        return float(self._settings[setting])

    def supervised(
        self, name: str, *, workers: int, mischief: Mapping[str, Any] | None = None, **settings: Option
    ) -> SupervisedCrew:
        """Workers of host `name` under the product's supervisor, with settings of this scenario."""
        return SupervisedCrew(
            self.rig,
            self.outcome,
            name,
            workers=workers,
            settings={**self._settings, **settings},
            mischief=mischief,
        )

    @property
    def broker(self) -> EmbeddedKafka:
        """The broker that is this scenario's alone, to be stopped and started."""
        assert self._broker is not None, "the scenario has to be registered with `own_broker`"
        return self._broker

    @contextmanager
    def feed(self, *, seed: int | None = None, events: Iterator[Usage] | None = None) -> Iterator[Feed]:
        """Write the load while inside."""
        load = self.load if seed is None else replace(self.load, seed=seed)
        with Feed(self.rig.usage, events or events_of(load), load.rate) as feed:
            yield feed
        self.outcome.events += feed.written

    @contextmanager
    def watched(self) -> Iterator[ProgressWatch]:
        """Watch the committed offsets while inside: R13, they never go back."""
        with ProgressWatch(self.rig) as watch:
            yield watch
        self.outcome.longest_stall = max(self.outcome.longest_stall, watch.longest_stall)
        self.outcome.looks += watch.looks
        self.outcome.require(not watch.regressions, f"committed offsets went back: {watch.regressions}")

    def more_progress(self, events: int, within: float = 120) -> None:
        """Wait until so many more events are committed.

        The load goes on meanwhile: with a fixed one a machine that is slow at first commits the rest at once, and
        whatever was to happen in its midst happens after it.
        """
        mark = sum(self.rig.committed().values()) + events
        until(
            lambda: sum(self.rig.committed().values()) >= mark,
            within=within,
            what=f"{events} more events are committed",
        )

    def some_progress(self, within: float = 60) -> None:
        """Wait until every partition has committed something new."""
        before = self.rig.committed()
        until(
            lambda: (
                all(at > before.get(each, 0) for each, at in self.rig.committed().items())
                and len(self.rig.committed()) == self.rig.partitions
            ),
            within=within,
            what="every partition commits",
        )

    def delete_unread(self, partition: int, start: int, stop: int) -> None:
        """Delete the head of an input partition up to `stop`; from `start` on it was never processed, and never will
        be.
        """
        with self.rig.log(self.rig.inputs) as log:
            for record in log.read_all():
                self._archive.setdefault(record.partition(), {})[record.offset()] = record
        for offset in range(start, stop):
            self._archive[partition].pop(offset, None)
        self.rig.delete_records({partition: stop})

    def judge(self) -> None:
        """Settle and compare."""
        self.outcome.judgement = judge(
            self.rig, window=self._window, processed_before=self._archive, besides=self.besides
        )
