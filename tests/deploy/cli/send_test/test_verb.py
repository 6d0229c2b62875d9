"""`cairn send-test` on a real Kafka and a local FCM; the templates alone are a stand-in."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from channels.testing.fcm_service import FcmError, FcmService
from schemas.milestones.document import Document
from schemas.milestones.reader import read_document
from schemas.partitioner import partition_of
from stream.core.adoption import next_version
from tests.channels.mobile_push.samples import Rendered, settings

Cairn = Callable[..., Any]

FILE = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics: {documents: {count: events, from: documents_processed}}
milestones:
  - {id: documents, when: {documents: [10, 1000]}, call_to_action: {text: Go, url: /go}}
"""


@pytest.fixture
def fcm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FcmService]:
    """An FCM that the settings lead to, and templates that say the same to everybody."""
    with FcmService() as service:
        own = settings(service, tmp_path).mobile_push
        monkeypatch.setenv("CAIRN_MOBILE_PUSH_SERVICE_ACCOUNT", str(own.service_account))
        monkeypatch.setenv("CAIRN_MOBILE_PUSH_FCM_URL", own.fcm_url)
        templates = ModuleType("channels.render.make")
        templates.make_renderer = lambda settings, **_: Rendered()  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, templates.__name__, templates)
        yield service


class Topics:
    """Writes what applications and `milestones apply` would have written, and counts what lies there."""

    def __init__(self, kafka: str, prefix: str) -> None:
        self._kafka, self._prefix = kafka, prefix
        document = read_document(FILE)
        assert isinstance(document, Document)
        self._put("milestone-rules", b"", next_version(None, document, 1_790_000_000_000).encode(), 0)

    def profile(self, contact_id: str, **fields: Any) -> None:
        self._of_contact("contacts", contact_id, {"contact_id": contact_id, **fields})

    def change(self, contact_id: str, change: str, **fields: Any) -> None:
        about = {"contact_id": contact_id, "change": change, "at": 1_790_000_000_000, **fields}
        self._of_contact("contact-changes", contact_id, about)

    def sizes(self) -> dict[str, int]:
        """Records in every topic under the prefix."""
        reader = Consumer({"bootstrap.servers": self._kafka, "group.id": "sizes"})
        listed = reader.list_topics(timeout=30).topics
        found = {}
        for name in (each for each in listed if each.startswith(self._prefix)):
            ends = (reader.get_watermark_offsets(TopicPartition(name, each), 30) for each in listed[name].partitions)
            found[name] = sum(high for _, high in ends)
        reader.close()
        return found

    def _of_contact(self, topic: str, contact_id: str, value: dict[str, Any]) -> None:
        key = contact_id.encode()
        self._put(topic, key, json.dumps(value).encode(), partition_of(key, 4))

    def _put(self, topic: str, key: bytes, value: bytes, partition: int) -> None:
        producer = Producer({"bootstrap.servers": self._kafka})
        producer.produce(self._prefix + topic, value, key, partition)
        assert producer.flush(30) == 0


@pytest.fixture
def topics(own_topics: str, kafka: str, monkeypatch: pytest.MonkeyPatch) -> Topics:
    monkeypatch.setenv("CAIRN_SEND_TEST_ALLOW", "c-1,Ada@acme.example")
    return Topics(kafka, own_topics)


@pytest.mark.system
def test_it_arrives_marked_and_leaves_no_trace(cairn: Cairn, topics: Topics, fcm: FcmService) -> None:
    """The real sender hands it over once for each device; no topic gains a record, and no token is printed."""
    devices = [fcm.register(), fcm.register()]
    topics.profile("c-1", fcm_key=devices, name="Ada")
    before = topics.sizes()

    plain = cairn("send-test", "c-1", "--milestone", "documents-10")
    document = cairn("send-test", "c-1", "--milestone", "documents-10", "--value", "12", "--json").document

    assert (plain.code, plain.out) == (0, "mobile push: sent: fcm took it (200)\n" * 2)
    assert (document["ok"], [each["sent"] for each in document["places"]]) == (True, [True, True])
    assert document["places"][0]["provider_id"].startswith("projects/cairn-test/messages/")
    assert [each.device for each in fcm.messages] == devices * 2
    assert all(each.body["notification"]["title"].startswith("[test] ") for each in fcm.messages)
    assert fcm.messages[0].body["data"]["milestone"] == "documents-10"
    assert topics.sizes() == before
    assert not any(device in plain.out + plain.err for device in devices)


@pytest.mark.system
def test_what_was_not_sent_says_why(cairn: Cairn, topics: Topics, fcm: FcmService) -> None:
    """One request, the provider's code, the cure, exit 1; the dead device is not written to contact-changes."""
    gone = fcm.register()
    fcm.unregister(gone)
    topics.profile("c-1", fcm_key=gone)
    before = topics.sizes()

    outcome = cairn("send-test", "c-1", "--milestone", "documents-10")

    assert outcome.code == 1
    assert "UNREGISTERED" in outcome.out
    assert "->" in outcome.out
    assert topics.sizes() == before
    fcm.keep_answering(FcmError.PERMISSION_DENIED.answer())
    outcome = cairn("send-test", "c-1", "--milestone", "documents-10", "--json")
    assert (outcome.code, outcome.document["places"][0]["code"]) == (1, "PERMISSION_DENIED")


@pytest.mark.system
def test_only_who_is_allowed(cairn: Cairn, topics: Topics, fcm: FcmService) -> None:
    """By id, or by the profile's email address whatever its case; nobody else is written to."""
    topics.profile("c-2", fcm_key=fcm.register(), email="ada@ACME.example")
    topics.profile("c-3", fcm_key=fcm.register(), email="eve@acme.example")

    assert cairn("send-test", "c-2", "--milestone", "documents-10").code == 0
    outcome = cairn("send-test", "c-3", "--milestone", "documents-10", "--json")

    assert (outcome.code, outcome.error["where"]) == (1, "send_test.allow")
    assert "eve@" not in outcome.err
    assert len(fcm.messages) == 1


@pytest.mark.system
def test_who_said_no_gets_no_test_either(cairn: Cairn, topics: Topics, fcm: FcmService) -> None:
    """An unsubscription, a dead device, a mute and an erasure hold, however often the profile is written again."""
    device = fcm.register()
    topics.profile("c-1", fcm_key=device, email="ada@acme.example")

    topics.change("c-1", "unsubscribe", channel="mobile_push")
    outcome = cairn("send-test", "c-1", "--milestone", "documents-10")
    assert (outcome.code, "has unsubscribed" in outcome.err) == (1, True)

    outcome = cairn("send-test", "c-1", "--milestone", "documents-10", "--channel", "email")
    assert (outcome.code, "does not agree" in outcome.err) == (1, True)

    topics.change("c-1", "erase", at=1_790_000_000_001)
    topics.profile("c-1", fcm_key=device)
    outcome = cairn("send-test", "c-1", "--milestone", "documents-10")
    assert (outcome.code, "was erased" in outcome.err) == (1, True)

    topics.profile("c-1", fcm_key=device, signed_up_at=1_790_000_000_002)
    assert cairn("send-test", "c-1", "--milestone", "documents-10").code == 0
    assert len(fcm.messages) == 1


@pytest.mark.system
def test_what_is_not_there(cairn: Cairn, topics: Topics, fcm: FcmService) -> None:
    """An unknown contact is exit 1, an unknown milestone and a wrong number exit 2; each says how to go on."""
    topics.profile("c-1", fcm_key=fcm.register())

    unknown = cairn("send-test", "nobody", "--milestone", "documents-10", "--json")
    misspelt = cairn("send-test", "c-1", "--milestone", "document-10", "--json")
    low = cairn("send-test", "c-1", "--milestone", "documents-10", "--value", "9", "--json")

    assert [each.code for each in (unknown, misspelt, low)] == [1, 2, 2]
    assert all(each.error["fix"] for each in (unknown, misspelt, low))
    assert fcm.attempts == []


@pytest.mark.system
def test_a_dispatcher_that_would_not_start(
    cairn: Cairn, topics: Topics, fcm: FcmService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its settings end the test in the same way, with the same cure."""
    topics.profile("c-1", fcm_key=fcm.register())
    monkeypatch.delenv("CAIRN_MOBILE_PUSH_SERVICE_ACCOUNT")

    outcome = cairn("send-test", "c-1", "--milestone", "documents-10", "--json")

    assert outcome.code == 2
    assert "mobile_push.service_account" in outcome.error["where"]


def test_nobody_is_allowed_by_default(cairn: Cairn) -> None:
    """An empty list ends it before a broker is asked, with what to set."""
    outcome = cairn("send-test", "c-1", "--milestone", "documents-10", "--json")

    assert outcome.code == 2
    assert "CAIRN_SEND_TEST_ALLOW" in outcome.error["fix"]


@pytest.mark.parametrize("value", ["ten", "nan", "inf", "1" * 41, "", "1e99999999", "-1e-99999999"])
def test_no_number(cairn: Cairn, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """A value that is none ends it likewise."""
    monkeypatch.setenv("CAIRN_SEND_TEST_ALLOW", "c-1")
    outcome = cairn("send-test", "c-1", "--milestone", "documents-10", "--value", value)

    assert outcome.code == 2
    assert "is no number" in outcome.err
