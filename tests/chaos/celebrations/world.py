"""A planner, dispatchers and the providers they talk to, on topics of their own; a tracker's part is played here."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from channels.web_push.keys import VapidKeys
from deploy.cli.clients import Clients
from deploy.cli.topic_admin import TopicAdmin
from deploy.cli.topics.apply import mend
from deploy.cli.topics.wanted import found_differences
from deploy.demo.counterparts import Counterparts
from deploy.demo.office import as_toml, office_sections
from deploy.demo.received import Received
from schemas.channel import CHANNELS
from schemas.decision import decode_decision
from schemas.delivery import decode_delivery
from schemas.milestones import Document, read_document
from schemas.receipt import FINAL, decode_receipt
from schemas.topics import (
    CELEBRATION_DECISIONS,
    DELIVERIES,
    DELIVERY_RECEIPTS,
    MILESTONE_RULES,
)
from stream.core.adoption import next_version
from stream.runtime.layers import load
from stream.runtime.settings import Settings
from tests.chaos.celebrations.evidence import Evidence
from tests.chaos.celebrations.staff import Staff
from tests.chaos.celebrations.traffic import Traffic
from tests.system.topic_log import TopicLog
from tests.system.waiting import until

PARTITIONS = 4
RULES = """
version: 1
product: {name: Boards, url: "https://app.example", time_zone: Europe/Paris}
bundle: 0
history: complete
quiet_hours: none
cap: none
tiers:
  minor: {channels: [web_push, mobile_push], max_staleness: 1 day}
  major: {channels: [email, web_push, mobile_push], max_staleness: 7 days}
metrics:
  documents: {sum: value, from: documents_processed}
milestones:
  - {id: club, when: {documents: every 10}, tier: major, means: On you go., call_to_action: {text: Go, url: /go}}
"""
DISPATCHERS = ("email", "web_push", "mobile_push")
"""Their sections in cairn.toml."""
SHORT: Mapping[str, Mapping[str, Any]] = {
    "planner": {"session_timeout": "3 s", "heartbeat": "0.3 s", "transaction_timeout": "3 s", "lease": "10 s"},
    **{
        role: {"session_timeout": "3 s", "heartbeat": "0.3 s", "retry_in_place": "2 s", "drain": "20 s", "defer": "3 s"}
        | {"breaker_failures": 5, "breaker_pause": "1 s"}
        for role in DISPATCHERS
    },
}
"""The time bounds of tests; the full size has the product's own."""
LASTING: Mapping[str, Any] = {"session_timeout": "40 s"}
"""A session that outlasts what a busy machine keeps a process waiting."""
ROLES = ("planner", "email", "web-push", "mobile-push")


class World:
    """All of it, from topics to providers, while its block lasts; `settings` come on top of those of the demo."""

    def __init__(
        self, bootstrap: str, prefix: str, directory: Path, *, settings: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.received: list[Received] = []
        self._stack = ExitStack()
        self._bootstrap, self._prefix, self._directory = bootstrap, prefix, directory
        self._config = directory / "cairn.toml"
        vapid = VapidKeys.generate()
        self.outside = self._stack.enter_context(Counterparts(vapid.public, directory))
        sections = office_sections(directory, self.outside, vapid.private)
        sections |= {
            "kafka": {"bootstrap_servers": bootstrap},
            "topics": {"prefix": prefix, "partitions": PARTITIONS},
            "log": {"format": "json"},
        }
        for name, values in settings.items():
            sections[name] |= values
        self._config.write_text(as_toml(sections), "utf-8")
        self.settings: Settings = load(config=self._config, environ={}).settings

    def __enter__(self) -> Self:
        clients = Clients(self.settings)
        admin = TopicAdmin(clients)
        mend(admin, *found_differences(self.settings, admin))
        until(lambda: not found_differences(self.settings, admin)[1], within=60, what="the topics are there")
        document = read_document(RULES)
        assert isinstance(document, Document), document
        producer = clients.producer()
        rules = next_version(None, document, time.time_ns() // 1_000_000, "the test").encode()
        producer.produce(self.settings.prefixed(MILESTONE_RULES), rules)
        assert not producer.flush(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def staff(self, role: str, name: str = "", workers: int = 2) -> Staff:
        """The processes of a role, to be entered; `name` tells those of one role apart."""
        name = name or role
        # Each machine has a host name and a directory of its own.
        state = str(self._directory / f"state-{name}")
        environ = {"CAIRN_PLANNER_HOST": name, "CAIRN_PLANNER_STATE_DIR": state} if role == "planner" else {}
        return Staff(role, self._config, self._directory / f"{name}.log", workers=workers, environ=environ)

    def traffic(self, *, people: int, rate: float) -> Traffic:
        """A load, to be entered."""
        return Traffic(self._bootstrap, self._prefix, self.outside, people=people, rate=rate)

    def values(self, topic: str) -> list[bytes]:
        """What readers see on a topic now."""
        with TopicLog(self._bootstrap, self._prefix + topic, PARTITIONS) as log:
            return [each.value() for each in log.read_all()]

    def ended(self) -> int:
        """How many deliveries have a final receipt."""
        receipts = [decode_receipt(each) for each in self.values(DELIVERY_RECEIPTS)]
        return len({each.delivery_id for each in receipts if each.outcome in FINAL})

    def wait_quiet(self, crossings: int, within: float) -> None:
        """Wait until every crossing is decided on every channel and every delivery has ended."""

        def quiet() -> bool:
            decided = len(self.values(CELEBRATION_DECISIONS))
            released = {decode_delivery(each).id for topic in DELIVERIES.values() for each in self.values(topic)}
            return decided >= crossings * len(CHANNELS) and self.ended() >= len(released)

        until(quiet, within=within, what="every crossing is decided and every delivery has ended")

    def evidence(self, traffic: Traffic, in_flight: int) -> Evidence:
        """All that is there now."""
        self.received += self.outside.arrivals()
        return Evidence(
            crossings=traffic.crossings,
            decisions=[decode_decision(each) for each in self.values(CELEBRATION_DECISIONS)],
            deliveries=[decode_delivery(each) for topic in DELIVERIES.values() for each in self.values(topic)],
            receipts=[decode_receipt(each) for each in self.values(DELIVERY_RECEIPTS)],
            received=self.received,
            withdrawn_ms=traffic.withdrawn_ms,
            in_flight=in_flight,
        )
