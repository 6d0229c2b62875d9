import http.client
import json
import socket
import urllib.error
import urllib.request

import pytest

from stream.runtime.exits import Exit
from stream.runtime.health import Check, Verdict
from stream.runtime.http_server import HealthServer, PortError

GOOD = Verdict((Check("worker-0", True, "3 partitions"),))
BAD = Verdict((Check("worker-0", True, "3 partitions"), Check("worker-1", False, "restoring")))


def server(port: int = 0, host: str = "127.0.0.1") -> HealthServer:
    """A server with one good and one bad verdict."""
    return HealthServer(
        host, port, verdicts={"livez": lambda: GOOD, "readyz": lambda: BAD}, metrics=lambda: b"cairn_up 1\n"
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
