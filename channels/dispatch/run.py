"""One worker of a dispatcher: makes the clients, and runs desk and line until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from channels.dispatch.aftermath import Names
from channels.dispatch.beginnings import ask_by
from channels.dispatch.blindness import Blindness
from channels.dispatch.clock import Clock
from channels.dispatch.desk import Desk, Terms
from channels.dispatch.figures import Figures
from channels.dispatch.follower import Follower
from channels.dispatch.line import Line
from channels.dispatch.sender import Sender
from channels.dispatch.topic_shapes import check_partitions, record_bytes
from channels.dispatch.watch import STALE_AFTER, Watch, kept_ms
from schemas.channel import Channel
from schemas.topics import DELIVERIES
from stream.runtime.child import Child
from stream.runtime.client import made
from stream.runtime.exits import Exit
from stream.runtime.facts import ErrorFacts, session_bounds, topic_faults
from stream.runtime.kafka import admin_config, consumer_config, producer_config, reader_config
from stream.runtime.settings import Dispatcher, Settings
from stream.runtime.settle import settle
from stream.runtime.snapshot import Phase
from stream.runtime.verdicts import KafkaEndedError, error_of, exit_of

log = structlog.get_logger(__name__)

TURN = 0.1
"""Seconds between two rounds of the loop that health hears of."""
FETCHED_AHEAD = 500
"""Records of a partition that the client keeps ready: what one that goes on has room for (`holding.MUCH_ROOM`). A pause
throws them away, so more would only be read twice."""
LINGER_MS = 5
"""Milliseconds that a receipt waits for others of its batch: receipts come one by one, and nobody waits for them."""


def run_dispatcher(
    settings: Settings,
    dispatcher: Dispatcher,
    channel: Channel,
    make_sender: Callable[[], Sender],
    child: Child,
) -> Exit:
    """Run one worker of a channel's dispatcher until SIGTERM or SIGINT; OK after a clean drain.

    `dispatcher` is the channel's section of the settings; `make_sender` is called inside the running loop.

    Raises:
        CairnError: with the exit code of what stopped it.
    """
    figures = Figures(child, channel, Clock().steady)
    try:
        asyncio.run(_dispatch(settings, dispatcher, channel, make_sender, figures))
    except KafkaEndedError as ended:
        raise ended.told(_facts(settings, dispatcher, channel)) from ended
    except KafkaException as raised:
        raise exit_of(error_of(raised)).told(_facts(settings, dispatcher, channel)) from raised
    return Exit.OK


def _facts(settings: Settings, dispatcher: Dispatcher, channel: Channel) -> ErrorFacts:
    """What an error of Kafka may be about here; the clients of the worker are gone by now."""
    admin = made(AdminClient, admin_config(settings))
    names = Names.of(settings.topics.prefix, channel, 0)
    reads = [settings.prefixed(DELIVERIES[channel]), names.changes]
    writes = [names.receipts, names.changes, names.letters]
    return ErrorFacts(
        section=channel,
        group__id=settings.prefixed(dispatcher.app_id),
        session__timeout__ms=f"{dispatcher.session_timeout * 1000:.0f}",
        group__session__timeouts=partial(session_bounds, admin),
        topics=lambda: "; ".join(topic_faults(admin, reads=reads, writes=writes)),
    )


async def _dispatch(
    settings: Settings,
    dispatcher: Dispatcher,
    channel: Channel,
    make_sender: Callable[[], Sender],
    figures: Figures,
) -> None:
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[None] = loop.create_future()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, settle, stop, None)
    names = await asyncio.to_thread(_names, settings, channel)
    sender = make_sender()
    clock = Clock()
    try:

        def make_consumer(callbacks: dict[str, Any]) -> Consumer:
            ours = {"auto.offset.reset": "earliest", "queued.min.messages": FETCHED_AHEAD}
            group = settings.prefixed(dispatcher.app_id)
            return made(Consumer, consumer_config(settings, dispatcher, group_id=group) | ours | callbacks)

        line = Line(
            make_consumer,
            made(Producer, producer_config(settings) | {"linger.ms": LINGER_MS}),
            settings.prefixed(DELIVERIES[channel]),
            # A request takes as long at most; a rebalance that waited longer would hold up the whole group.
            patience=min(dispatcher.attempt_timeout, dispatcher.max_poll / 3),
            wall_ms=clock.wall_ms,
        )

        def failed(error: Exception) -> None:
            settle(stop, error)

        watch = Watch(channel, kept_ms(settings.planner.lease))
        follower = _follower(settings, dispatcher, names.changes, clock, failed)
        desk = Desk(
            Terms(dispatcher, names, clock),
            sender,
            figures,
            watch,
            ended=line.ended,
            failed=failed,
            follow=follower.follow,
        )
        figures.enter(Phase.JOINING)
        log.info("dispatcher_starts", channel=channel)
        # Templates, settings and modules are for good: no collection need walk them again.
        gc.collect()
        gc.freeze()
        follower.start(desk)
        line.start(desk)
        pulse = loop.create_task(_pulse(desk, line, figures, watch, Blindness(names.changes), clock))
        await asyncio.wait({stop, line.over}, return_when=asyncio.FIRST_COMPLETED)
        if line.over.done():
            line.over.result()
        if error := stop.exception():
            raise error
        await _drain(desk, line, figures, dispatcher.drain, channel)
        pulse.cancel()
        follower.stop()
        figures.finish(desk.in_flight)
    finally:
        await sender.close()


async def _drain(desk: Desk, line: Line, figures: Figures, seconds: float, channel: Channel) -> None:
    """Requests under way get most of the time; a fifth is for the last receipts, the commit and the goodbye."""
    figures.enter(Phase.DRAINING)
    log.info("dispatcher_drains", channel=channel, in_flight=desk.in_flight)
    line.stop()
    cut_off = await desk.drain(seconds * 0.8)
    if cut_off:
        log.warning("requests_cut_off", count=cut_off, then="they are sent again by the next worker")
    line.leave(seconds * 0.2)
    await line.over


def _follower(
    settings: Settings, dispatcher: Dispatcher, topic: str, clock: Clock, failed: Callable[[Exception], None]
) -> Follower:
    # A topic that was made anew is read from its beginning: better too much than a gap.
    config = reader_config(settings, role="contact-changes", workers=dispatcher) | {"auto.offset.reset": "earliest"}
    return Follower(
        made(Consumer, config),
        ask_by(made(AdminClient, admin_config(settings)), topic),
        topic,
        clock=clock,
        keep_ms=kept_ms(settings.planner.lease),
        failed=failed,
    )


async def _pulse(desk: Desk, line: Line, figures: Figures, watch: Watch, blindness: Blindness, clock: Clock) -> None:
    """Tell the parent that the loop comes round, and how it stands."""
    while True:
        age = desk.changes_age
        figures.watched(age, blindness.look(age, STALE_AFTER, watch.trouble, clock.steady()))
        figures.turned(line.turned_at, desk.in_flight, desk.breakers_open)
        await asyncio.sleep(TURN)


def _names(settings: Settings, channel: Channel) -> Names:
    """Look at the topics; blocks for answers of the cluster."""
    admin = made(AdminClient, admin_config(settings))
    names = Names.of(settings.topics.prefix, channel, 0)
    check_partitions(admin, [settings.prefixed(DELIVERIES[channel]), names.receipts, names.changes, names.letters])
    return Names.of(settings.topics.prefix, channel, record_bytes(admin, names.letters))
