"""`cairn run portal` while its Kafka is away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.broker import EmbeddedKafka
from deploy.broker.ports import free_port
from tests.channels.portal.browser import unsubscribe_path
from tests.deploy.cli.portal_process import ENVIRONMENT, ONE_CLICK, portal_process
from tests.deploy.cli.test_portal import FILE
from tests.system.waiting import until

pytestmark = pytest.mark.system
Cairn = Callable[..., Any]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedKafka]:
    """One to stop: that of the other tests goes on."""
    with EmbeddedKafka(tmp_path / "kafka", free_port()) as broker:
        yield broker


@pytest.fixture
def kafka(broker: EmbeddedKafka) -> str:
    return broker.bootstrap_servers


def test_what_is_not_written_is_not_promised_and_the_portal_outlives_it(
    cairn: Cairn, broker: EmbeddedKafka, own_topics: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """503 and a page that says to try again; pages that write nothing are served; later it works by itself."""
    for name, value in {**ENVIRONMENT, "CAIRN_PORTAL_PUBLISH_TIMEOUT": "1 s"}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "milestones.yaml").write_text(FILE)
    assert cairn("milestones", "apply", "--yes").code == 0
    with portal_process(tmp_path / "log") as portal:
        portal.wait_ready()
        broker.kill()

        failed = portal.ask(unsubscribe_path(), "POST", ONE_CLICK)
        assert (failed.status, portal.ask(unsubscribe_path()).status) == (503, 200)
        assert "try again" in failed.text
        assert "not unsubscribed yet" in failed.text
        assert portal.health("/livez").status == 200

        broker.restart()
        until(lambda: portal.ask(unsubscribe_path(), "POST", ONE_CLICK).status == 200, within=60, what="written again")
        portal.terminate()
        assert portal.process.wait(60) == 0, portal.said
    assert "c-1042" not in portal.said
