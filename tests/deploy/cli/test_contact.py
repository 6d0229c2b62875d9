"""`cairn contact show` on a real Kafka, from what a tracker leaves there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from confluent_kafka import Producer

from schemas.channel import Channel
from schemas.decision import Decision, No, decision_id, encode_decision
from schemas.milestone_crossed import EventSource, MilestoneCrossed, encode_crossing
from schemas.milestones.document import Document
from schemas.milestones.reader import read_document
from schemas.partitioner import partition_of
from schemas.receipt import Outcome, Receipt, encode_receipt, receipt_id
from schemas.rules import RulesVersion
from stream.core.adoption import next_version
from stream.core.erased import Erased, ErasureHash
from stream.core.progress import Progress
from stream.tracker.topology import ADOPTION_KEY, ADOPTION_TABLE, ERASED_TABLE, PROGRESS_TABLE

Cairn = Callable[..., Any]

AT = "2026-11-20T14:43:07.000Z"
OUTCOMES: tuple[Outcome, ...] = ("deferred", "rejected", "sent")
FILE = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics: {documents: {sum: value, from: documents_processed}}
milestones: [{id: documents, when: {documents: [10, 1000]}, call_to_action: {text: Go, url: /go}}]
"""


def rules() -> RulesVersion:
    document = read_document(FILE)
    assert isinstance(document, Document)
    return next_version(None, document, 1_790_000_000_000)


class State:
    """Writes rows and crossings as the tracker does, in transactions."""

    def __init__(self, kafka: str, prefix: str) -> None:
        self._prefix = prefix
        self._producer = Producer({"bootstrap.servers": kafka, "transactional.id": f"{prefix}writer"})
        self._producer.init_transactions(30)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._producer.begin_transaction()
        yield
        self._producer.commit_transaction(30)

    def apply(self) -> None:
        self._producer.produce(f"{self._prefix}milestone-rules", rules().encode())

    def put(self, contact: str, row: Progress, format_byte: int = 1) -> None:
        key, adoption = contact.encode(), rules().adoption
        stamp = bytes((format_byte,))
        self._send(
            "cairn-tracker-changelog", key, PROGRESS_TABLE.prefix_bytes + key, stamp + PROGRESS_TABLE.codec.encode(row)
        )
        at = ADOPTION_TABLE.prefix_bytes + ADOPTION_KEY
        self._send("cairn-tracker-changelog", key, at, b"\x01" + ADOPTION_TABLE.codec.encode(adoption))

    def erase(self, contact: str, at_ms: int, life: int = 1) -> None:
        """A mark under the default secret, and the row's tombstone."""
        key = contact.encode()
        at = ERASED_TABLE.prefix_bytes + ErasureHash("cairn-tracker").of(key)
        self._send("cairn-tracker-changelog", key, PROGRESS_TABLE.prefix_bytes + key, None)
        self._send("cairn-tracker-changelog", key, at, b"\x01" + ERASED_TABLE.codec.encode(Erased(at_ms, life)))

    def cross(self, contact: str) -> None:
        source = EventSource(topic="usage-events", partition=0, offset=0, event_source="", event_id="1")
        crossing = MilestoneCrossed(
            id="x", contact_id=contact, milestone="documents-10", occurrence=1, metric="documents", kind="sum",
            tier="minor", threshold=10, value_before=0, value=12, occurred_at="2026-11-20T14:41:07Z",
            detected_at="2026-11-20T14:41:07Z", celebrate=True, rules_version=1, source=source,
        )  # fmt: skip
        self._send("milestone-crossed", contact.encode(), contact.encode(), encode_crossing(crossing))

    def decide(self, contact: str, channel: Channel, because: No | None = None) -> Decision:
        decision = Decision(
            id=decision_id("x", channel), contact_id=contact, subject="crossing", subject_id="x",
            milestone="documents-10", occurrence=1, channel=channel, send=because is None, because=because,
            decided_at="2026-11-20T14:42:07.000Z", rules_version=1,
        )  # fmt: skip
        self.write(contact, "celebration-decisions", encode_decision(decision))
        return decision

    def report(self, decision: Decision, outcome: Outcome, attempt: int, at: str = AT) -> None:
        receipt = Receipt(
            id=receipt_id("d", attempt), delivery_id="d", decision_id=decision.id, contact_id=decision.contact_id,
            channel=decision.channel, attempt=attempt, outcome=outcome, released_at=AT, at=at,
        )  # fmt: skip
        self.write(decision.contact_id, "delivery-receipts", encode_receipt(receipt))

    def write(self, contact: str, topic: str, value: bytes) -> None:
        """A record of the contract, or what somebody else wrote to its topic."""
        self._send(topic, contact.encode(), contact.encode(), value)

    def _send(self, topic: str, contact: bytes, key: bytes, value: bytes | None) -> None:
        self._producer.produce(self._prefix + topic, value, key, partition_of(contact, 4))


@pytest.fixture
def state(own_topics: str, kafka: str) -> State:
    state = State(kafka, own_topics)
    with state.transaction():
        state.apply()
    return state


def reached(value: int) -> Progress:
    row = Progress([value])
    row.reach(0, 1)
    return row


@pytest.mark.system
def test_counters_milestones_and_what_is_next(cairn: Cairn, state: State) -> None:
    """The last committed row of the contact, in names; the date of what was reached; the next threshold."""
    with state.transaction():
        state.put("c-1", Progress([3]))
    with state.transaction():
        state.put("c-1", reached(12))
        state.cross("c-1")

    plain, document = cairn("contact", "show", "c-1"), cairn("contact", "show", "c-1", "--json").document

    assert plain.code == 0
    assert "documents-1000 at 1,000, 988 to go" in plain.out
    assert "documents-10      1  2026-11-20T14:41:07Z  not yet" in plain.out
    assert document["metrics"] == [
        {
            "name": "documents",
            "kind": "sum",
            "value": 12,
            "mark": 12,
            "counted": True,
            "next": {"milestone": "documents-1000", "threshold": 1000, "remaining": 988},
        }
    ]
    assert [(each["milestone"], each["celebrate"]) for each in document["reached"]] == [("documents-10", True)]


@pytest.mark.system
def test_without_crossing_and_rules_it_still_answers(cairn: Cairn, own_topics: str, kafka: str) -> None:
    """A crossing that retention took leaves the date unknown; rules that cannot be found leave out what is next."""
    state = State(kafka, own_topics)
    with state.transaction():
        state.put("c-1", reached(12))

    outcome = cairn("contact", "show", "c-1")

    assert outcome.code == 0
    assert "documents-10      1  unknown  unknown" in outcome.out
    assert "to go" not in outcome.out


@pytest.mark.system
def test_what_is_known_of_the_contact_is_shown(cairn: Cairn, state: State) -> None:
    """Sign-up, zone and the last active day, as the row holds them."""
    row = reached(12)
    row.zone, row.signed_up_ms, row.first_ms, row.last_day = "Asia/Tokyo", 1_790_000_000_000, 1, 20_719
    with state.transaction():
        state.put("c-1", row)

    assert "signed up at 2026-09-21T14:13:20.000Z, time zone Asia/Tokyo, last active on 2026-09-23" in " ".join(
        cairn("contact", "show", "c-1").out.split()
    )
    shown = cairn("contact", "show", "c-1", "--json").document
    assert (shown["time_zone"], shown["last_active_on"]) == ("Asia/Tokyo", "2026-09-23")


@pytest.mark.system
def test_what_was_absorbed_or_never_sent_was_not_celebrated(cairn: Cairn, state: State) -> None:
    """The crossing says only that it may be; decisions and receipts say whether it was."""

    def told() -> str:
        (reached,) = cairn("contact", "show", "c-1", "--json").document["reached"]
        return str(reached["celebrated"])

    with state.transaction():
        state.put("c-1", reached(12))
        state.cross("c-1")
        state.decide("c-1", "email", "absorbed")
        state.decide("c-1", "web_push", "channel_off")
        state.decide("c-1", "mobile_push", "absorbed")
    found = [told()]
    with state.transaction():
        decision = state.decide("c-1", "email")
    found.append(told())
    for attempt, outcome in enumerate(OUTCOMES, 1):
        with state.transaction():
            state.report(decision, outcome, attempt)
        found.append(told())

    assert found == ["no: absorbed", "on its way", "on its way", "no: not sent", "email"]
    assert "2026-11-20T14:41:07Z  email" in cairn("contact", "show", "c-1").out


@pytest.mark.system
def test_rows_and_records_of_any_date_are_shown(cairn: Cairn, state: State) -> None:
    """A state of an older release may hold a moment that is no date, and others may write to the topics."""
    row = reached(12)
    row.signed_up_ms, row.first_ms, row.last_day = 2**62, 1, 2**40
    with state.transaction():
        state.put("c-1", row)
        state.cross("c-1")
        decision = state.decide("c-1", "email")
        state.report(decision, "sent", 1, at="soon")
        state.write(
            "c-1", "celebration-decisions", encode_decision(decision).replace(b"2026-11-20T14:42", b"yesterday")
        )
        state.write("c-1", "delivery-receipts", b'{"at": 1}')

    for verb in ("show", "explain"):
        plain, document = cairn("contact", verb, "c-1"), cairn("contact", verb, "c-1", "--json")
        assert (plain.code, document.code) == (0, 0)
        assert "outside the calendar" in " ".join(plain.out.split())


@pytest.mark.system
def test_unknown_contact(cairn: Cairn, state: State) -> None:
    """Nothing counted: exit 1, with what to check."""
    outcome = cairn("contact", "show", "nobody", "--json")

    assert (outcome.code, outcome.error["exit"]) == (1, 1)
    assert "'nobody'" in outcome.error["what"]


@pytest.mark.system
def test_an_erased_contact(cairn: Cairn, state: State) -> None:
    """When it was; with a new life behind it also what that has counted, and no crossing of the old one."""
    with state.transaction():
        state.put("c-1", reached(12))
        state.cross("c-1")
        state.erase("c-1", 1_790_000_000_000)

    plain, document = cairn("contact", "show", "c-1"), cairn("contact", "show", "c-1", "--json").document

    assert plain.code == 0
    assert "was erased at 2026-09-21T14:13:20Z" in plain.out
    assert (document["contact_id"], document["erased_at"]) == ("c-1", "2026-09-21T14:13:20Z")

    row = reached(12)
    row.life = 2
    with state.transaction():
        state.put("c-1", row)

    outcome = cairn("contact", "show", "c-1")
    assert "erased at 2026-09-21T14:13:20Z" in outcome.out
    assert "documents-10      1  unknown  unknown" in outcome.out


@pytest.mark.system
def test_a_newer_row_format_is_refused(cairn: Cairn, state: State) -> None:
    """A row that a later release wrote is not guessed at: exit 3."""
    with state.transaction():
        state.put("c-1", Progress([3]), format_byte=250)

    outcome = cairn("contact", "show", "c-1")

    assert outcome.code == 3
    assert "format 250" in outcome.err


@pytest.mark.system
def test_no_changelog_is_drift(cairn: Cairn, own_kafka: str) -> None:
    """Without topics: exit 3 and the command that makes them."""
    outcome = cairn("contact", "show", "c-1")

    assert outcome.code == 3
    assert "cairn topics apply" in outcome.err


def test_no_broker_is_exit_4(cairn: Cairn) -> None:
    """A broker that is not there: exit 4."""
    assert cairn("contact", "show", "c-1", "--bootstrap", "127.0.0.1:1").code == 4
