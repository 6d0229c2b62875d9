"""One mistake made on one rig, and the words for what must follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from deploy.broker import EmbeddedKafka
from stream.runtime import health
from stream.runtime.exits import Exit
from stream.runtime.figures import WorkerView
from stream.runtime.metrics import ABORTS, DEAD_LETTERS, REBUILDS, RULES_WAITING, STALLED
from tests.chaos.feed import Feed, Load, events_of
from tests.chaos.operators.doctor import ask_doctor
from tests.chaos.operators.ending import Ending
from tests.chaos.verdict import Verdict
from tests.chaos.verifier import judge, judge_outputs
from tests.system.rig import Rig
from tests.system.running_worker import RunningWorker
from tests.system.waiting import until

STALLED_AFTER = 3.0
"""Seconds; the default is 30."""
PATIENCE = 2.0
"""Seconds for which a state behind its committed offsets is asked for again; the engine's are 30."""
_COUNTED = (ABORTS, REBUILDS, DEAD_LETTERS)
_SHOWN = (STALLED, RULES_WAITING)


class Trial:
    """A tracker on topics of its own, and the load that it works on. `blind` names checks that its workers leave out
    (`tests.system.blindness`).
    """

    def __init__(
        self,
        rig: Rig,
        ending: Ending,
        load: Load,
        *,
        broker: EmbeddedKafka | None = None,
        asks_doctor: bool = False,
        blind: tuple[str, ...] = (),
    ) -> None:
        self.rig = rig
        self.ending = ending
        self.load = load
        self._asks_doctor = asks_doctor
        self._broker = broker
        self._blind = blind
        self._feeds = 0
        self.written = 0

    @property
    def broker(self) -> EmbeddedKafka:
        """The broker that is this trial's alone."""
        assert self._broker is not None, "the case has to ask for a broker of its own"
        return self._broker

    # -- the tracker ----------------------------------------------------------------------------------------------

    def start(self, name: str = "w", *, mischief: Mapping[str, Any] | None = None, **more: Any) -> RunningWorker:
        """Start a worker; whatever lies in its way it meets at once."""
        mischief = {"blind": self._blind, "patience": PATIENCE, **(mischief or {})}
        settings: dict[str, Any] = {"dedupe_window": 0, "stalled_after": STALLED_AFTER, **more}
        return self.rig.worker(name, mischief=mischief, **settings)

    def running(self, name: str = "w", **more: Any) -> RunningWorker:
        """Start a worker that owns everything, and has committed something in each partition."""
        worker = self.start(name, **more).wait_owning(self.rig.partitions, within=60)
        until(lambda: len(self.rig.committed()) == self.rig.partitions, within=60, what="every partition commits")
        return worker

    @contextmanager
    def feed(self) -> Iterator[Feed]:
        """Write events while inside, other ones each time; then no more."""
        load = Load(self.load.events, self.load.contacts, self.load.rate, self.load.seed + 1000 * self._feeds)
        self._feeds += 1
        with Feed(self.rig.usage, events_of(load), load.rate) as feed:
            yield feed
        self.written += feed.written

    def write(self, events: int) -> None:
        """Write so many events, and come back when the broker has them."""
        with Feed(self.rig.usage, self._some(events), 20_000) as feed:
            feed.finish()
        self.written += feed.written

    def progress(self, events: int = 300, within: float = 60) -> None:
        """Wait until so many more events are committed."""
        mark = sum(self.rig.committed().values()) + events
        until(lambda: sum(self.rig.committed().values()) >= mark, within=within, what=f"{events} more are committed")

    def leave(self, worker: RunningWorker) -> None:
        """SIGTERM, and a clean end."""
        code = worker.stop()
        self.require(code == Exit.OK, f"{worker.name} left with exit code {code}")

    # -- what must follow -----------------------------------------------------------------------------------------

    def require(self, held: bool, otherwise: str) -> None:
        """Note a fault unless `held`."""
        self.ending.require(held, otherwise)

    def stops(self, worker: RunningWorker, *words: str, code: Exit = Exit.DRIFT, within: float = 40) -> None:
        """It ends by itself with this code; its last words hold `words`, and a cure."""
        ended = worker.wait_exit(within)
        said = worker.farewell
        self.ending.note("ended", f"exit {ended} ({_name(ended)})")
        self.require(ended == code, f"it ended with {_name(ended)}, not {code.name}: {said}")
        text = f"{said.what} ({said.where}) -> {said.fix}" if said else ""
        self.ending.note("log", text.replace(self.rig.prefix, ""))
        self.require(said is not None and bool(said.fix), "it told no cure")
        for word in words:
            self.require(word in text, f"it does not say {word!r}: {text}")
        self.note_metrics(worker)

    def stops_midway(self, worker: RunningWorker, name: str) -> None:
        """It ends while `name` is made anew. Kafka deletes, then makes: whoever asks between the two is told, and says,
        that the topic is missing."""
        self.stops(worker, name)
        said = worker.farewell
        text = f"{said.what} -> {said.fix}" if said else ""
        told = "deleted and made anew" in text and "cairn topics accept" in text
        missed = f"missing: {name}" in text and "bring them back" in text
        self.require(told or missed, f"it tells neither that {name} was made anew nor that it is missing: {text}")

    def stalls(self, worker: RunningWorker, *words: str, within: float = 60) -> None:
        """It says that it stands still: readyz is red with the reason, the metric is 1, the log has the line."""
        until(lambda: self.unready(worker) is not None, within=within, what="readyz is red")
        until(lambda: worker.shows(STALLED.name) == 1, within=60, what="cairn_stalled is 1")
        lines = until(lambda: worker.events("stalled"), within=60, what="the log says `stalled`")
        reason = str(lines[-1]["reason"])
        self.ending.note("log", f"stalled: {reason}".replace(self.rig.prefix, ""))
        self.note_metrics(worker)
        for word in words:
            said = any(word in str(line["reason"]) for line in worker.events("stalled"))
            self.require(said, f"`stalled` does not say {word!r}: {reason}")

    def heals(self, worker: RunningWorker, within: float = 60) -> None:
        """It is ready again by itself."""
        until(lambda: worker.figures is not None and self.unready(worker) is None, within=within, what="it is ready")

    def unready(self, worker: RunningWorker) -> str | None:
        """Why readyz says 503; None while it says 200."""
        seen = worker.look()
        alive = worker.exit is None
        view = WorkerView(0, pid=worker.pid if alive else None, snapshot=seen, why_dead=None if alive else "dead")
        verdict = health.readyz([view])
        return None if verdict.ok else "; ".join(each.reason for each in verdict.checks if not each.ok)

    def said(self, worker: RunningWorker, event: str, within: float = 30) -> dict[str, Any]:
        """Wait for a line of its log, and note it."""
        line = until(lambda: worker.events(event), within=within, what=f"the log says {event!r}")[-1]
        kept = {name: value for name, value in line.items() if name not in ("event", "level", "timestamp", "logger")}
        shown = ", ".join(f"{name} {value}" for name, value in kept.items() if name != "worker")
        self.ending.note("log", f"{event}: {shown}".replace(self.rig.prefix, ""))
        return line

    def sound(self, what: str = "") -> None:
        """All of the input is processed, nothing is lost, nothing came twice, and the state is right. Everybody has
        left."""
        judged = judge(self.rig, window=0)
        self._note_verdict(judged.verdict, what)
        for fault in judged.state_faults[:3]:
            self.require(False, fault)

    def sound_so_far(self, what: str = "so far", *, partitions: int | None = None) -> Verdict:
        """What is processed is not lost and came once; the rest waits. Everybody has ended."""
        verdict = judge_outputs(self.rig, window=0, partitions=partitions or self.rig.partitions)
        self._note_verdict(verdict, what)
        return verdict

    def all_sound(self, what: str = "") -> None:
        """As `sound`, for a changelog that is not whole any more: the state is not looked at."""
        left = {partition: count for partition, count in self.rig.unprocessed().items() if count}
        self.require(not left, f"input that was never committed, by partition: {left}")
        self.sound_so_far(what)

    def doctor(self, *words: str) -> None:
        """Ask the doctor now, while the mistake stands, if this trial asks it at all; it must say `words`."""
        if not self._asks_doctor:
            return
        found = ask_doctor(self.rig).replace(self.rig.prefix, "")
        self.ending.note("doctor", found or "nothing")
        for word in words:
            self.require(word in found, f"the doctor does not say {word!r}: {found or 'nothing'}")

    def note_metrics(self, worker: RunningWorker) -> None:
        """What the metrics show now that is not zero, and readyz's reason."""
        numbers = {each.name: worker.counted(each.name) for each in _COUNTED}
        numbers |= {each.name: worker.shows(each.name) for each in _SHOWN}
        for name, number in numbers.items():
            if number:
                self.ending.note("metrics", f"{name} {number:g}")
        reason = self.unready(worker) if worker.exit is None else None
        if reason:
            self.ending.note("metrics", f"readyz 503: {reason}".replace(self.rig.prefix, ""))

    def _note_verdict(self, verdict: Verdict, what: str) -> None:
        twice = len(verdict.duplicate) + len(verdict.extra)
        about = f" {what}" if what else ""
        self.ending.note("ended", f"{len(verdict.missing)} lost, {twice} twice of {verdict.expected}{about}")
        self.require(verdict.sound, f"{verdict}{about}")
        self.require(verdict.expected > 0, f"nothing was to be crossed{about}: it proves nothing")

    def _some(self, events: int) -> Iterator[Any]:
        seed = self.load.seed + 1000 * self._feeds
        self._feeds += 1
        return events_of(Load(events, self.load.contacts, self.load.rate, seed))


def _name(code: int) -> str:
    return Exit(code).name if code in set(Exit) else f"signal {-code}"
