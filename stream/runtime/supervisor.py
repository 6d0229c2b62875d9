"""The parent of the workers: starts them, starts the dead again, drains them when told to stop, and
outlives them all.

    run ──► start all ──► watch ──SIGTERM, SIGINT, stop()──► drain ──all gone──► the exit code
                          │  ▲                               │
               one died ──┘  │ at once, or after a delay     ├─ bound passed, or a second Ctrl-C: SIGKILL
                             └ if it did no work before      │
               one cannot go on (usage, drift, slot held) ───┘  and its words are raised for the user

Workers are processes of their own group with two pipes: their figures come up one, and the end of the other
tells them that this process died, even by SIGKILL, so that none is left behind.
"""

import os
import selectors
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

import msgspec
import structlog

from schemas.errors import CairnError
from stream.runtime.exits import Exit
from stream.runtime.figures import Figures, WorkerView
from stream.runtime.restarts import Restarts, has_worked
from stream.runtime.snapshot import Farewell
from stream.runtime.worker_process import WorkerProcess, describe

_TICK_SECONDS = 0.2
"""How late a death may be seen when the process closed its pipe earlier; the pipe's end usually tells at
once."""
_SAME_KEYPRESS_SECONDS = 0.5
"""A wrapper such as make or uv may pass on the Ctrl-C that the terminal has sent us already; that is no
second one."""
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class WorkerGaveUpError(CairnError):
    """A worker met what no restart mends; `exit` is its own exit code, the lines are its own words."""


class Supervisor:
    """Runs `workers` processes of `command_for(index)` until told to stop."""

    def __init__(
        self,
        command_for: Callable[[int], Sequence[str]],
        workers: int,
        *,
        drain_seconds: float,
        figures: Figures | None = None,
        stuck: Callable[[WorkerView, float], str | None] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            command_for: the program and arguments of worker `index`.
            workers: how many.
            drain_seconds: from the first stop signal to SIGKILL.
            figures: where the workers' figures are kept.
            stuck: says why a worker makes no progress at a time (`health.stuck`); its stacks are then
                dumped, once.
            environ: the environment of the workers; by default this process's.
        """
        self.figures = figures or Figures()
        self.figures.expect(range(workers))
        self._stuck = stuck
        self._dumped: set[int] = set()
        self._command_for = command_for
        self._workers = workers
        self._drain_seconds = drain_seconds
        self._environ = dict(os.environ if environ is None else environ)
        self._running: dict[int, WorkerProcess] = {}
        self._due = dict.fromkeys(range(workers), float("-inf"))
        """When to start each worker that does not run."""
        self._restarts = {index: Restarts() for index in range(workers)}
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = os.pipe()
        os.set_blocking(self._wake_in, False)
        os.set_blocking(self._wake_out, False)
        self._stop_asked = threading.Event()
        self._hurry = threading.Event()
        self._interrupted_at: float | None = None
        self._gave_up: WorkerGaveUpError | None = None
        self._killed = False
        self._log = structlog.get_logger("supervisor")

    def run(self) -> Exit:
        """Supervise until all workers have stopped; call it once, in the main thread if signals are to be
        heard.

        Returns:
            OK when every worker drained; STUCK when one had to be killed at the bound.

        Raises:
            WorkerGaveUpError: a worker ended with USAGE, DRIFT or SLOT_HELD; all others were drained.
        """
        self._selector.register(self._wake_in, selectors.EVENT_READ)
        with self._signals():
            try:
                while not self._stop_asked.is_set():
                    self._start_due()
                    self._watch(min(self._due.values(), default=float("inf")))
                self._drain()
            finally:
                self._end_all()
        if self._gave_up is not None:
            raise self._gave_up
        return Exit.STUCK if self._killed else Exit.OK

    def stop(self) -> None:
        """Drain and end; callable from any thread."""
        self._stop_asked.set()
        self._wake()

    def hurry(self) -> None:
        """Stop, and kill what has not drained yet; callable from any thread. Nothing is lost: open
        transactions are aborted."""
        self._hurry.set()
        self.stop()

    def _start_due(self) -> None:
        now = time.monotonic()
        for index in [index for index, due in self._due.items() if due <= now]:
            del self._due[index]
            command = self._command_for(index)
            try:
                process = WorkerProcess(index, command, self._environ, now)
            except (FileNotFoundError, PermissionError) as error:
                what = f"worker {index} cannot be started: {error.strerror}"
                self._give_up(Exit.USAGE, Farewell(what, command[0], "check the installation"))
                return
            except OSError as error:  # no process or memory left just now
                self._due[index] = now + self._restarts[index].delay(worked=False)
                self._log.error("worker_not_started", worker=index, reason=str(error))
                continue
            self._running[index] = process
            self.figures.start(index, process.pid, now)
            self._selector.register(process.reader.fd, selectors.EVENT_READ, process)
            self._log.info("worker_started", worker=index, pid=process.pid)

    def _watch(self, until: float) -> None:
        """Wait for figures, deaths or a wish, at most until `until` or one tick; then see to them."""
        wait = max(0.0, min(until - time.monotonic(), _TICK_SECONDS))
        for key, _ in self._selector.select(wait):
            if key.fd == self._wake_in:
                self._drain_wakes()
            else:
                self._read(key.data)
        for process in list(self._running.values()):
            code = process.ended()
            if code is not None:
                self._read(process)
                self._bury(process, code)
        self._dump_the_stuck()

    def _dump_the_stuck(self) -> None:
        """Have each worker that hangs write its stacks to standard error, once, before somebody kills it.

        Only one that has sent figures: a worker that is still importing does not hear the signal, and would
        die of it.
        """
        if self._stuck is None:
            return
        for view in self.figures.views():
            process = self._running.get(view.worker)
            if process is None or view.snapshot is None or process.pid in self._dumped:
                continue
            reason = self._stuck(view, time.monotonic())
            if reason is not None:
                self._dumped.add(process.pid)
                self._log.error("worker_stuck", worker=view.worker, pid=process.pid, reason=reason)
                process.dump()

    def _read(self, process: WorkerProcess) -> None:
        try:
            for message in process.reader.messages():
                if isinstance(message, Farewell):
                    process.farewell = message
                elif message.worker != process.worker:
                    raise ValueError(f"they are of worker {message.worker}")
                else:
                    self.figures.receive(message)
                    process.worked = process.worked or has_worked(message, time.monotonic())
        except (msgspec.DecodeError, ValueError) as error:
            self._log.error("figures_unreadable", worker=process.worker, reason=str(error))
            process.reader.ended = True
        if process.reader.ended and process.reader.fd in self._selector.get_map():
            self._selector.unregister(process.reader.fd)

    def _bury(self, process: WorkerProcess, code: int) -> None:
        index, lived = process.worker, time.monotonic() - process.started_at
        if process.reader.fd in self._selector.get_map():
            self._selector.unregister(process.reader.fd)
        process.close()
        del self._running[index]
        why = describe(code)
        self.figures.bury(index, why)
        words = process.farewell
        said = {"what": words.what, "where": words.where, "fix": words.fix} if words else {}
        if self._stop_asked.is_set():
            self._log.info("worker_stopped", worker=index, exit=why, **said)
        elif code in set(Exit) and not Exit(code).worth_restarting:
            self._log.error("worker_gave_up", worker=index, exit=why, **said)
            self._give_up(Exit(code), words or _unsaid(index, Exit(code)))
        else:
            restarts = self._restarts[index]
            delay = restarts.delay(worked=process.worked)
            self._due[index] = time.monotonic() + delay
            self._log.warning(
                "worker_died",
                worker=index,
                pid=process.pid,
                exit=why,
                lived=round(lived, 1),
                failures=restarts.failures,
                restart_in=delay,
                **said,
            )

    def _give_up(self, code: Exit, words: Farewell) -> None:
        self._gave_up = WorkerGaveUpError(words.what, words.where, words.fix, exit=code)
        self._stop_asked.set()

    def _drain(self) -> None:
        self.figures.stop(
            "draining" if self._gave_up is None else f"draining, for a worker gave up: {self._gave_up.what}"
        )
        deadline = time.monotonic() + self._drain_seconds
        self._log.info("draining", workers=len(self._running), bound=self._drain_seconds)
        for process in self._running.values():
            process.terminate()
        while self._running and time.monotonic() < deadline and not self._hurry.is_set():
            self._watch(deadline)
        if self._running:
            self._killed = not self._hurry.is_set()
            self._log.warning("drain_cut_short", workers=sorted(self._running), hurried=self._hurry.is_set())

    def _end_all(self) -> None:
        for process in self._running.values():
            process.kill()
        while self._running:
            self._watch(float("inf"))
        self._selector.close()
        os.close(self._wake_in)
        # The number may soon be another file's: a late stop() must not write into it.
        wake_out, self._wake_out = self._wake_out, -1
        os.close(wake_out)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Hear the stop signals while inside; outside the main thread Python allows no handlers, and `stop`
        is the way."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in _STOP_SIGNALS}
        for number, handler in before.items():
            # nohup, or a shell that started us in the background, asked that we live on.
            if number == signal.SIGTERM or handler != signal.SIG_IGN:
                signal.signal(number, self._on_signal)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler or signal.SIG_DFL)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if number == signal.SIGINT:
            if self._interrupted_at is not None and now - self._interrupted_at > _SAME_KEYPRESS_SECONDS:
                self._hurry.set()
            self._interrupted_at = self._interrupted_at or now
        self.stop()

    def _wake(self) -> None:
        try:
            os.write(self._wake_out, b".")
        except OSError:
            return  # full: a wake is on its way already; closed: nobody sleeps any more

    def _drain_wakes(self) -> None:
        try:
            while os.read(self._wake_in, 4096):
                pass
        except BlockingIOError:
            return


def _unsaid(index: int, code: Exit) -> Farewell:
    return Farewell(
        f"worker {index} ended with exit code {code.value}: {code.meaning}",
        None,
        "its last log lines say more",
    )
