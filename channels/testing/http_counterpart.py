"""A counterpart that speaks HTTP: what was asked of it, and how an answer of the script becomes a response."""

from abc import abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from channels.testing.certificate import Certificate
from channels.testing.counterpart import HOST, Counterpart
from channels.testing.script import Answer, Drop, Script


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request as it came, whatever was answered. Header names are looked up without regard to case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class HttpCounterpart(Counterpart):
    """HTTP/1.1, with a certificate over TLS. `url` (no slash at the end) is there once it runs.

    `attempts` holds every request in order, those to where nothing is served included: a redirect that was followed, or
    a second attempt that nobody wanted, is seen there.
    """

    def __init__(self, certificate: Certificate | None = None) -> None:
        self._certificate = certificate
        self.url = ""
        self.attempts: list[Attempt] = []
        self._script = Script()

    @abstractmethod
    def _routes(self) -> Sequence[web.RouteDef]:
        """What is served."""

    async def _start(self) -> None:
        application = web.Application()
        application.add_routes([*self._routes(), web.route("*", "/{path:.*}", self._nowhere)])
        # A request that waits ends with its connection, else the thread's loop could not. A time-out of 0 would mean
        # that the server's end waits for such requests for good.
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.01, handler_cancellation=True)
        await self._runner.setup()
        tls = self._certificate.server_context() if self._certificate else None
        await web.TCPSite(self._runner, HOST, 0, ssl_context=tls).start()
        self.url = f"{'https' if tls else 'http'}://{HOST}:{self._runner.addresses[0][1]}"

    async def _stop(self) -> None:
        await self._runner.cleanup()

    async def _nowhere(self, request: web.Request) -> web.StreamResponse:
        return await self._respond(request, [], lambda attempt: web.Response(status=404, text="nothing is served here"))

    async def _respond(
        self, request: web.Request, places: Sequence[Hashable], own: Callable[[Attempt], web.Response]
    ) -> web.StreamResponse:
        """Answer as the script has it for `places`; `own` checks, keeps and answers where it says nothing."""
        attempt = Attempt(request.method, request.path, request.headers, await request.read())
        self.attempts.append(attempt)
        answer = self._script.take(*places)
        kept = answer.refusal is None and answer.drop is not Drop.BEFORE
        # Kept before the wait: a client that runs out of patience must not be able to tell.
        given = own(attempt) if kept else response(answer)
        await answer.wait()
        if answer.drop is not None and request.transport is not None:
            request.transport.abort()
        if kept and given.status < 300:
            given.set_status(answer.status or given.status)
            given.headers.update(answer.headers)
        return given


def response(answer: Answer) -> web.Response:
    """An answer that has a status, as a response."""
    kinds = {"{": "application/json", "<": "text/html"}
    return web.Response(
        status=answer.status or 500,
        text=answer.text,
        headers=answer.headers,
        content_type=kinds.get(answer.text[:1], "text/plain"),
    )
