"""One portal process: pages on their port, unsubscriptions to Kafka, figures to the supervisor."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable

import structlog
import uvicorn

from channels.artwork.studio import Studio
from channels.portal.app import portal
from channels.portal.bounded_protocol import Timeouts
from channels.portal.connections import Closed, Connections
from channels.portal.figures import PortalFigures
from channels.portal.gallery import DRAWING, Gallery
from channels.portal.listening import listen
from channels.portal.open_files import room_for
from channels.portal.product import Product
from channels.portal.product_watch import ProductWatch
from channels.portal.publisher import ChangePublisher
from channels.portal.server import server
from channels.portal.settings import PortalSettings
from channels.portal.stage import Stage
from channels.portal.visits import Visits
from schemas.contact_change import ContactChange
from schemas.errors import CairnError
from stream.runtime.child import PUBLISH_EVERY, Child
from stream.runtime.exits import Exit
from stream.runtime.metrics import PORTAL_CONNECTIONS_CLOSED, UNSUBSCRIPTIONS
from stream.runtime.settings import Settings
from templates.languages.languages import load as load_languages

log = structlog.get_logger(__name__)

ANSWER_MARGIN = 50.0
"""Seconds beyond those for publishing that an answer may take, its way to a slow client included."""


def run_portal(settings: Settings, child: Child, read_product: Callable[[], Product | None]) -> Exit:
    """Serve until SIGTERM or SIGINT; OK after open requests had `portal.drain` to end.

    Args:
        settings: all of them; those of `[portal]` have been checked by `faults_of`.
        child: this process as its supervisor knows it.
        read_product: reads the product of the rules in force, in a thread of its own; None while there are none, and a
            `CairnError` when it could not be read. Until it has returned one, every page is a 503.

    Raises:
        CairnError: exit 2, when an own font cannot be read.
        PortalPortError: the port cannot be listened on.
        ClientSettingsError: librdkafka does not take the settings.
        CairnError: exit FENCED when the producer can write no more; exit 2 or 1, when `templates.languages` or a
            catalogue cannot be used.
    """
    with listen(settings.portal.host, settings.portal.port) as opened:
        log.info("portal_listening", host=settings.portal.host, port=opened.getsockname()[1])
        publisher = ChangePublisher(settings)
        try:
            asyncio.run(_Portal(settings, child, publisher).serve(opened, read_product))
        finally:
            publisher.close()
    if publisher.failure is not None:
        raise CairnError(
            f"the producer of unsubscriptions can write no more: {publisher.failure.str()}",
            where=f"brokers {settings.kafka.bootstrap_servers}",
            fix="nothing, if it is started again; if it happens again and again, `cairn doctor`",
            exit=Exit.FENCED,
        )
    return Exit.OK


class _Portal:
    """What belongs to one event loop."""

    def __init__(self, settings: Settings, child: Child, publisher: ChangePublisher) -> None:
        self._settings = settings
        self._publisher = publisher
        self._figures = PortalFigures(child)
        self._stage = Stage()
        folder = settings.templates.folder
        memory = settings.portal.picture_memory
        self._gallery = Gallery([Studio(folder) for _ in range(DRAWING)], memory=memory, meter=self._figures.meter)
        self._languages = load_languages(
            settings.templates.languages, folder, whole=settings.templates.missing == "whole"
        )

    async def serve(self, opened: socket.socket, read_product: Callable[[], Product | None]) -> None:
        """Serve on a socket that listens."""
        section = self._settings.portal
        visits = Visits(self._stage, self._figures.meter)
        running = server(
            visits,
            section.host,
            section.port,
            connections=self._connections(),
            timeouts=Timeouts(section.header_timeout, section.body_timeout, section.publish_timeout + ANSWER_MARGIN),
            drain=section.drain,
        )
        _end_on_signals(running)
        watch = ProductWatch(read_product, self._to_loop(asyncio.get_running_loop()))
        watch.start()
        telling = asyncio.create_task(self._tell(running))
        try:
            await running.serve(sockets=[opened])
        finally:
            watch.end()
            telling.cancel()
            self._figures.finish()

    def _connections(self) -> Connections:
        section = self._settings.portal
        room = room_for(section.connections)
        if room < section.connections:
            log.warning("few_open_files", connections=room, wanted=section.connections, fix="raise ulimit -n")

        def closed(why: Closed) -> None:
            self._figures.meter.add(PORTAL_CONNECTIONS_CLOSED, 1, (why,))
            if why is Closed.PER_CLIENT:
                log.warning(
                    "client_has_too_many_connections",
                    bound=section.connections_per_client,
                    fix="if they are a proxy's, set portal.trusted_proxies",
                )
            elif why is Closed.ALL:
                log.warning("too_many_connections", bound=room)

        # Proxies hold the connections of everybody: whose a request is, its header says (`OpenRequests`).
        per_client = section.connections_per_client if not section.trusted_proxies else None
        return Connections(room, per_client, closed)

    def _to_loop(self, loop: asyncio.AbstractEventLoop) -> Callable[[Product], None]:
        """Make what the watching thread may call, also while or after the loop ends."""

        def tell(product: Product) -> None:
            with contextlib.suppress(RuntimeError):  # it has been closed: nobody is shown anything any more
                loop.call_soon_threadsafe(self._show, product)

        return tell

    def _show(self, product: Product) -> None:
        """Go over to a product. One that cannot be shown leaves the last one in place."""
        try:
            shown = PortalSettings.of(self._settings.portal, product)
        except CairnError as error:
            log.error("product_not_shown", reason=error.what, fix=error.fix)
            return
        self._stage.application = portal(shown, self._publish, self._gallery, languages=self._languages)
        self._figures.serving = True
        self._figures.publish()
        log.info("product_shown", name=product.name)

    async def _publish(self, change: ContactChange) -> None:
        await self._publisher(change)
        self._figures.meter.add(UNSUBSCRIPTIONS, 1, (change.channel or "all",))

    async def _tell(self, running: uvicorn.Server) -> None:
        """Tell the supervisor twice a second; end the server when the producer has."""
        while True:
            self._figures.publish()
            if self._publisher.failure is not None:
                running.should_exit = True
            await asyncio.sleep(PUBLISH_EVERY)


def _end_on_signals(running: uvicorn.Server) -> None:
    """Drain on SIGTERM and SIGINT.

    uvicorn has handlers of its own, but raises the signal again once it has drained: without ours that would kill the
    process before its last figures are out.
    """

    def end(*_: object) -> None:
        running.should_exit = True

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)
