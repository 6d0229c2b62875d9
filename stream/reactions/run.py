"""One worker of reactions: runs its apps until it is told to stop, or one of them cannot go on."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import structlog
from confluent_kafka import KafkaException

from schemas.errors import CairnError
from stream.reactions.app import App
from stream.reactions.ends import Ends
from stream.reactions.failure import failure_of
from stream.reactions.modules import apps_of
from stream.reactions.pulse import Pulse
from stream.reactions.topics import Topics
from stream.runtime.child import Child
from stream.runtime.exits import Exit
from stream.runtime.settings import Settings
from stream.runtime.settle import settle
from stream.runtime.snapshot import Phase
from stream.runtime.verdicts import error_of, exit_of

log = structlog.get_logger(__name__)

LAST_SECONDS = 4.0
"""For a process to end by itself once its apps have: less than the supervisor leaves it (`Reactions.group`)."""


def run_reactions(settings: Settings, modules: Sequence[str], child: Child) -> Exit:
    """Run one worker of the apps in these modules, or of the webhooks when none is named; OK after a clean drain.

    It wants a process of its own, which ends `LAST_SECONDS` after this function at the latest.

    Raises:
        CairnError: with the exit code of what stopped it.
    """
    apps = apps_of(modules) if modules else _webhooks(settings)
    for app in apps:
        app.use(settings)
    _quieten()
    try:
        asyncio.run(run_apps(apps, settings, child))
    except CairnError as error:
        _end_for_sure(error.exit)
        raise
    except KafkaException as raised:
        raise exit_of(error_of(raised)) from raised
    _end_for_sure(Exit.STUCK)
    return Exit.OK


async def run_apps(apps: Sequence[App], settings: Settings, child: Child) -> None:
    """Run the apps in this loop. Raises `CairnError` when one of them cannot go on; the others are drained then."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(_Threads())
    over: asyncio.Future[None] = loop.create_future()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, settle, over, None)
    for app in apps:
        app.on_failure = lambda error: _tell(loop, over, error)
    pulse = Pulse(apps, child, stall=settings.reactions.stall)
    tasks = {_attended(loop.create_task(pulse.beat()), over)}
    try:
        topics = Topics(settings, apps)
        await asyncio.to_thread(topics.check)
        tasks.add(_attended(loop.create_task(pulse.watch(Ends(settings))), over))
        tasks.add(_attended(loop.create_task(pulse.watch_topics(topics)), over))
        for app in apps:
            app.finalize()
            log.info("reactions_start", app=app.name, reactions=sorted(app.reactions))
        pulse.enter(Phase.JOINING)
        tasks |= {loop.create_task(_start(app)) for app in apps}
        with suppress(CairnError):
            await asyncio.shield(over)
        pulse.enter(Phase.DRAINING)
        log.info("reactions_drain", in_hand=sum(len(app.hands) for app in apps))
        await _stop(apps, settings.reactions.drain)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        pulse.finish()
    over.result()


class _Threads(ThreadPoolExecutor):
    """Those of `asyncio.to_thread`. One that hangs does not keep a worker that is over: asyncio would wait for it, and
    the reason of the end be said by nobody.
    """

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)


def _attended(task: asyncio.Task[None], over: asyncio.Future[None]) -> asyncio.Task[None]:
    """A watch that broke would see nothing for ever: its fault ends the worker."""

    def look(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            settle(over, failure_of(error))

    task.add_done_callback(look)
    return task


async def _start(app: App) -> None:
    """Faust comes back once it has joined, or when it broke; a failure is the app's."""
    try:
        await app.start()
    except Exception as error:
        app.fail(error)


async def _stop(apps: Sequence[App], seconds: float) -> None:
    stopping = [asyncio.ensure_future(app.stop()) for app in apps]
    done, late = await asyncio.wait(stopping, timeout=seconds)
    for each in done:
        if (error := each.exception()) is not None:
            log.warning("stop_failed", error=type(error).__name__, exc_info=error)
    if late:
        log.warning("drain_cut_short", apps=len(late), then="what was in hand is handled again by the next worker")
        for each in late:
            each.cancel()


def _end_for_sure(code: int) -> None:
    """End the process a moment from now, whatever still runs in it.

    The client's thread is none of those that end with the process: one that hangs would keep a worker for ever that is
    over, and its supervisor would wait for it.
    """
    end = threading.Timer(LAST_SECONDS, os._exit, (code,))
    end.daemon = True
    end.start()


def _quieten() -> None:
    """Faust, mode and aiokafka tell each step of each service; what matters of it we say ourselves."""
    for name in ("faust", "mode", "aiokafka", "stream.reactions"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _webhooks(settings: Settings) -> list[App]:
    from stream.reactions.webhooks.apps import webhook_apps

    return list(webhook_apps(settings))


def _tell(loop: asyncio.AbstractEventLoop, over: asyncio.Future[None], error: CairnError) -> None:
    """From any thread; the consumer's may outlive the loop by a moment."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(settle, over, error)
