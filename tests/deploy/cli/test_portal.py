"""`cairn run portal`: a real process on a real Kafka."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import pytest

from schemas.contact_change import ContactChange, read_change
from schemas.partitioner import partition_of
from schemas.record import Record
from tests.channels.portal.browser import unsubscribe_path
from tests.deploy.cli.portal_process import ENVIRONMENT, ONE_CLICK, ROOT, portal_process
from tests.system.topic_log import TopicLog
from tests.system.waiting import until

Cairn = Callable[..., Any]
NOW_MS = 1 << 42
"""Later than any clock of a test."""

FILE = """\
version: 1
product: {name: Acme Boards, url: "https://acme.example"}
metrics: {documents: {sum: value, from: documents_processed}}
milestones: [{id: documents, when: {documents: 10}, call_to_action: {text: Go, url: /go}}]
"""


@pytest.fixture(autouse=True)
def _section(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings that can be served, and a milestones file."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "milestones.yaml").write_text(FILE)


@pytest.mark.system
def test_one_click_is_on_contact_changes_when_it_is_answered(
    cairn: Cairn, own_topics: str, kafka: str, tmp_path: Path
) -> None:
    """Under the contact's key, in the partition where the planner reads it; looking at the page changes nothing."""
    assert cairn("milestones", "apply", "--yes").code == 0
    with portal_process(tmp_path / "log") as portal, TopicLog(kafka, f"{own_topics}contact-changes", 4) as changes:
        portal.wait_ready()

        asked = portal.ask(unsubscribe_path("c-7"))
        assert changes.read_all() == []
        done = portal.ask(unsubscribe_path("c-7"), "POST", ONE_CLICK)
        (record,) = changes.read_all()

        counted = 'cairn_unsubscriptions_total{channel="email"} 1.0'
        until(lambda: counted in portal.health("/metrics").text, within=30, what=counted)
        metrics = portal.health("/metrics").text
        portal.terminate()
        code = portal.process.wait(60)

    assert (asked.status, done.status, code) == (200, 200, 0), portal.said
    assert "Acme Boards" in asked.text
    assert "You are unsubscribed" in done.text
    change = read_change(cast(Record, record), NOW_MS)
    assert isinstance(change, ContactChange)
    assert (change.contact_id, change.change, change.channel) == ("c-7", "unsubscribe", "email")
    assert (record.key(), record.partition()) == (b"c-7", partition_of(b"c-7", 4))
    assert 'cairn_portal_requests_total{page="unsubscribe",status="200"} 2.0' in metrics
    assert unsubscribe_path("c-7") not in portal.said


@pytest.mark.system
def test_half_sent_requests_cost_nobody_else_a_page(
    cairn: Cairn, own_topics: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the defaults 1,050 of them from one address hold 100 places, the others are told why in log and metrics; by
    the settings each is hung up on in time.
    """
    monkeypatch.setenv("CAIRN_PORTAL_HEADER_TIMEOUT", "2 s")
    assert cairn("milestones", "apply", "--yes").code == 0
    with portal_process(tmp_path / "log") as portal, ExitStack() as stack:
        portal.wait_ready()
        for _ in range(1050):
            client = stack.enter_context(socket.socket())
            try:
                client.bind(("127.0.0.66", 0))
            except OSError:
                pytest.skip("this machine has one loopback address")
            client.connect(("127.0.0.1", portal.port))
            client.sendall(b"GET /healthz HTTP/1.1\r\nX-Slow: ")
        answers = [portal.ask("/healthz").status for _ in range(20)]

        def closed(reason: str) -> bool:
            line = f'cairn_portal_connections_closed_total{{reason="{reason}"}}'
            return line in portal.health("/metrics").text

        until(lambda: closed("per_client") and closed("header_timeout"), within=30, what="both reasons are counted")

    assert answers == [200] * 20
    assert portal.said.count("client_has_too_many_connections") == 1
    assert "portal.trusted_proxies" in portal.said


@pytest.mark.system
def test_before_the_first_rules_there_is_no_page(cairn: Cairn, own_topics: str, tmp_path: Path) -> None:
    """Not ready, and every page a 503; the first apply is noticed without a restart."""
    with portal_process(tmp_path / "log") as portal:
        early = portal.ask(unsubscribe_path(), "POST", ONE_CLICK)
        unready = portal.health("/readyz")
        alive = until(lambda: portal.health("/livez").status == 200, within=30, what="alive")
        assert cairn("milestones", "apply", "--yes").code == 0
        portal.wait_ready()

        assert (early.status, unready.status, alive) == (503, 503, True)
        assert portal.ask(unsubscribe_path()).status == 200
        assert portal.ask("/healthz").text == "ok\n"


@pytest.mark.system
def test_sigterm_lets_an_open_request_end(cairn: Cairn, own_topics: str, tmp_path: Path) -> None:
    """Whoever clicked before the end gets an answer, whoever comes after it finds nobody; exit 0."""
    assert cairn("milestones", "apply", "--yes").code == 0
    with portal_process(tmp_path / "log") as portal:
        portal.wait_ready()
        head = (
            f"POST {unsubscribe_path()} HTTP/1.1\r\nHost: acme.example\r\nContent-Length: {len(ONE_CLICK)}\r\n"
            "Expect: 100-continue\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", portal.port), 60) as client:
            client.sendall(head.encode())
            # The application has begun to read the body: the request is open (RFC 9110 section 10.1.1).
            assert client.recv(1024).startswith(b"HTTP/1.1 100")
            portal.terminate()
            until(lambda: not _listens(portal.port), within=30, what="nobody new is let in")
            client.sendall(ONE_CLICK.encode())
            with client.makefile("rb") as answer:
                status = answer.readline()
        code = portal.process.wait(60)

    assert b"200" in status, portal.said
    assert code == 0, portal.said


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except ConnectionRefusedError:
        return False
    return True


def test_all_faults_of_the_settings_are_told_at_once(cairn: Cairn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with its place and its cure, before any broker is asked; no key is printed."""
    monkeypatch.delenv("CAIRN_PORTAL_PUBLIC_URL")
    monkeypatch.setenv("CAIRN_PORTAL_KEYS", "too-short-to-be-secret")

    outcome = cairn("run", "portal", "--bootstrap", "127.0.0.1:1")

    assert outcome.code == 2
    assert "2 settings cannot be used" in outcome.err
    assert "portal.public_url, not set" in outcome.err
    assert "env CAIRN_PORTAL_KEYS" in outcome.err
    assert "openssl rand -hex 32" in outcome.err
    assert "too-short" not in outcome.err


def test_no_broker_is_exit_4(cairn: Cairn) -> None:
    """Nothing is served while no broker can be reached at the start."""
    assert cairn("run", "portal", "--bootstrap", "127.0.0.1:1").code == 4


@pytest.mark.system
def test_missing_topics_are_exit_3(cairn: Cairn, own_kafka: str) -> None:
    """The error says what to run."""
    outcome = cairn("run", "portal")

    assert outcome.code == 3
    assert "cairn topics apply" in outcome.err


@pytest.mark.system
def test_a_port_that_is_taken_is_a_usage_error(own_topics: str) -> None:
    """The process that finds out gives up with its own words, and is not started again and again."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "deploy.cli", "run", "portal", "--port", port, "--http-port", "off"]
        ended = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, timeout=60)

    assert ended.returncode == 2
    assert f"port {port} on 127.0.0.1 is taken".encode() in ended.stderr
