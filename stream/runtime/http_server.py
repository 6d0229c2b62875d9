"""The one port of a supervisor: /livez, /readyz, /startupz and /metrics for all its workers, on the
standard library alone."""

import errno
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from schemas.errors import CairnError
from stream.runtime.exits import Exit
from stream.runtime.health import Verdict

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Page = Callable[[], tuple[int, str, bytes]]
"""Renders status, content type and body."""

_CLIENT_SECONDS = 10.0
"""A client that sends no whole request for this long, or reads no answer, is hung up on, however its bytes drip: it
would keep a thread."""
_CONNECTIONS = 64
"""Threads at once. The oldest connection goes when another comes: probes must be heard whoever else holds some."""
_PER_CLIENT = 32
"""Connections of one address; probes and scrapes of one come one by one."""


class PortError(CairnError):
    """The port cannot be listened on."""

    exit = Exit.USAGE


class HealthServer:
    """Serves the verdicts and the metrics from threads; `port` 0 picks a free one. Use it as a context
    manager."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        verdicts: Mapping[str, Callable[[], Verdict]],
        metrics: Callable[[], bytes],
        client_seconds: float = _CLIENT_SECONDS,
    ) -> None:
        """Listen at once; requests are answered from `start` on.

        Args:
            host: address to listen on.
            port: 0 to 65535.
            verdicts: by path without the slash: `{"livez": …}`; each is called for each request.
            metrics: renders the Prometheus text.
            client_seconds: how long one request may take to come and its answer to go.

        Raises:
            PortError: the port is taken, or the address is not one of this machine.
        """
        pages = {f"/{name}": _verdict_page(verdict) for name, verdict in verdicts.items()}
        pages["/metrics"] = lambda: (200, METRICS_TYPE, metrics())
        try:
            self._server = _server_class(host, client_seconds)((host, port), _handler(pages))
        except OSError as error:
            raise _cannot_listen(host, port, error) from error
        self.host = host
        self.port: int = self._server.server_address[1]
        """The port that is listened on."""
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="http", daemon=True)

    def __enter__(self) -> "HealthServer":
        """Start answering."""
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _verdict_page(judge: Callable[[], Verdict]) -> Page:
    def page() -> tuple[int, str, bytes]:
        verdict = judge()
        checks = [{"name": check.name, "ok": check.ok, "reason": check.reason} for check in verdict.checks]
        body = json.dumps({"ok": verdict.ok, "checks": checks}, ensure_ascii=False).encode()
        return (200 if verdict.ok else 503), "application/json", body + b"\n"

    return page


class _Server(ThreadingHTTPServer):
    """A thread for each connection, and no more than there are places for."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._guard = threading.Lock()
        self._since: dict[socket.socket, float] = {}
        """Since when each connection waits for a request or is answered; the oldest first."""
        self._clients: dict[socket.socket, str] = {}
        super().__init__(address, handler)

    def begins(self, connection: socket.socket) -> None:
        """A connection waits for its next request from now on."""
        with self._guard:
            if self._since.pop(connection, None) is not None:
                self._since[connection] = time.monotonic()

    def end_late(self, seconds: float) -> None:
        """Hang up on whoever has taken longer."""
        with self._guard:
            limit = time.monotonic() - seconds
            late = [connection for connection, since in self._since.items() if since < limit]
        for each in late:
            _hang_up(each)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a connection in, if its client has a place left; the oldest of all makes room."""
        client = str(client_address[0])
        with self._guard:
            refused = Counter(self._clients.values())[client] >= _PER_CLIENT
            full = not refused and len(self._since) >= _CONNECTIONS
            oldest = next(iter(self._since)) if full else None
            if oldest is not None:
                del self._since[oldest]
            if not refused:
                self._since[request], self._clients[request] = time.monotonic(), client
        if refused:
            self.shutdown_request(request)
            return
        if oldest is not None:
            _hang_up(oldest)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """A connection is over."""
        with self._guard:
            self._since.pop(request, None)
            self._clients.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is no news; the default prints a traceback."""

    def server_bind(self) -> None:
        """Bind without asking DNS for this machine's name, which the default does and which may hang."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]


def _server_class(host: str, client_seconds: float) -> type[_Server]:
    class Server(_Server):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

        def service_actions(self) -> None:
            """Called by the loop that accepts, ten times a second."""
            self.end_late(client_seconds)

    return Server


def _hang_up(connection: socket.socket) -> None:
    """Wake the thread that reads or writes; it closes the socket."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is over already


def _handler(pages: Mapping[str, Page]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        server_version = "cairn"
        sys_version = ""
        protocol_version = "HTTP/1.1"
        server: _Server

        def handle_one_request(self) -> None:
            self.server.begins(self.connection)
            super().handle_one_request()

        def do_GET(self) -> None:
            page = pages.get(self.path.partition("?")[0])
            if page is None:
                paths = " ".join(sorted(pages))
                self._answer(404, "text/plain; charset=utf-8", f"not here; there are {paths}\n".encode())
            else:
                self._answer(*page())

        def do_HEAD(self) -> None:
            self.do_GET()

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
            """Probes come every few seconds; a line for each says nothing."""

    return Handler


def _cannot_listen(host: str, port: int, error: OSError) -> PortError:
    if error.errno == errno.EADDRINUSE:
        what = f"port {port} on {host} is taken by another process"
        fix = "stop that process, or set http.port to another one (0 picks a free one, off serves none)"
    elif error.errno == errno.EACCES:
        what, fix = f"port {port} needs more rights than this user has", "set http.port to one above 1023"
    else:
        what = f"cannot listen on {host} port {port}: {error.strerror or error}"
        fix = "set http.host to an address of this machine; 0.0.0.0 is all of them"
    return PortError(what, "http.host and http.port", fix)
