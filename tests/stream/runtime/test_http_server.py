import contextlib
import http.client
import json
import socket
import urllib.error
import urllib.request

import pytest

from stream.runtime import http_server
from stream.runtime.exits import Exit
from stream.runtime.health import Check, Verdict
from stream.runtime.http_server import HealthServer, PortError
from tests.slow_client import dripping, rest

GOOD = Verdict((Check("worker-0", True, "3 partitions"),))
BAD = Verdict((Check("worker-0", True, "3 partitions"), Check("worker-1", False, "restoring")))


def server(port: int = 0, host: str = "127.0.0.1", client_seconds: float = 10.0) -> HealthServer:
    """A server with one good and one bad verdict."""
    return HealthServer(
        host,
        port,
        verdicts={"livez": lambda: GOOD, "readyz": lambda: BAD},
        metrics=lambda: b"cairn_up 1\n",
        client_seconds=client_seconds,
    )


def get(port: int, path: str) -> tuple[int, str, bytes]:
    """Status, content type and body."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read()


def test_each_check_is_named_in_the_body_and_judged_in_the_status() -> None:
    """Kubernetes reads the status, people the body."""
    with server() as running:
        assert get(running.port, "/livez")[0] == 200
        status, kind, body = get(running.port, "/readyz?verbose")

    assert (status, kind) == (503, "application/json")
    assert json.loads(body) == {
        "ok": False,
        "checks": [
            {"name": "worker-0", "ok": True, "reason": "3 partitions"},
            {"name": "worker-1", "ok": False, "reason": "restoring"},
        ],
    }


def test_metrics_are_served_as_prometheus_text() -> None:
    """With the content type that it asks for."""
    with server() as running:
        status, kind, body = get(running.port, "/metrics")

    assert (status, body) == (200, b"cairn_up 1\n")
    assert kind.startswith("text/plain; version=0.0.4")


def test_a_wrong_path_lists_the_right_ones() -> None:
    """A person with a browser finds the way."""
    with server() as running:
        status, _, body = get(running.port, "/")

    assert status == 404
    assert b"/livez /metrics /readyz" in body


def test_head_has_no_body() -> None:
    """Some load balancers probe with it."""
    with server() as running:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        connection.request("HEAD", "/livez")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"")
        connection.close()


def test_a_taken_port_is_a_clear_error() -> None:
    """Which port, and what to set."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=f"port {port} on 127.0.0.1 is taken") as caught:
            server(port)

    assert caught.value.exit == Exit.USAGE
    assert "http.port" in (caught.value.fix or "")


def test_an_address_of_another_machine_is_a_clear_error() -> None:
    """192.0.2.0/24 is kept for documentation."""
    with pytest.raises(PortError, match=r"192\.0\.2\.1"):
        server(host="192.0.2.1")


def test_the_port_is_free_again_afterwards() -> None:
    """A restart on the same port must work."""
    with server() as first:
        port = first.port
    with server(port) as second:
        assert get(second.port, "/livez")[0] == 200


def test_a_client_that_hangs_up_disturbs_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    """No traceback, and the next is served."""
    with server() as running:
        with socket.create_connection(("127.0.0.1", running.port)) as rude:
            rude.sendall(b"GET /liv")
        assert get(running.port, "/livez")[0] == 200

    assert capfd.readouterr().err == ""


HALF = b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: "


@pytest.mark.parametrize("sent", [b"", HALF, b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n" + HALF])
@pytest.mark.parametrize("drips", [False, True])
def test_half_a_request_is_not_waited_for(sent: bytes, drips: bool) -> None:
    """However its bytes drip, and whatever came before it: each would keep a thread."""
    with server(client_seconds=0.3) as running, contextlib.ExitStack() as stack:
        client = stack.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=30))
        client.sendall(sent)
        if drips:
            stack.enter_context(dripping(client))
        heard = rest(client)

    assert heard.count(b"HTTP/1.1 200 ") == sent.count(b"\r\n\r\n")


def test_one_client_has_no_more_than_its_connections() -> None:
    """And it is not answered beyond them; another is."""
    with server() as running, contextlib.ExitStack() as stack:
        for _ in range(http_server._PER_CLIENT):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=30))
            client.sendall(HALF)
        refused = stack.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=30))

        assert rest(refused) == b""


def test_a_probe_is_heard_whoever_holds_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest goes when all places are taken, so that no number of half-sent requests hides a worker's health."""
    monkeypatch.setattr(http_server, "_CONNECTIONS", 8)
    with server() as running, contextlib.ExitStack() as stack:
        held = [
            stack.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=30)) for _ in range(20)
        ]
        for client in held[-5:]:
            client.sendall(HALF)

        assert [get(running.port, "/livez")[0] for _ in range(10)] == [200] * 10
        assert rest(held[0]) == b""
