"""The tracker on the driver: real tasks, transactions and stores, without a broker."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.adoption import Adoption
from schemas.dead_letter import reason_of
from schemas.errors import CairnError
from schemas.milestone_crossed import MilestoneCrossed, crossing_id, decode_crossing
from schemas.milestones import Document
from schemas.partitioner import partition_of
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.topics import MILESTONE_CROSSED, MILESTONE_RULES, USAGE_EVENTS, USAGE_EVENTS_DLQ
from schemas.usage_event import UsageEvent
from stream.core.adoption import next_version
from stream.engine.task import CULPRITS_IN_A_ROW
from stream.runtime.exits import Exit
from stream.runtime.metrics import CROSSINGS, DUPLICATES, EVENTS, IGNORED, REJECTS
from stream.testing import Driver, Outcome, Step
from stream.testing.driver import START_MS
from stream.tracker.gate import Gate
from stream.tracker.topology import ADOPTION, ADOPTION_KEY, PROGRESS
from tests.stream.tracker.played import Played, read, tracker

PARTITIONS = 3
MILESTONES = """
version: 1
product: {name: Acme Boards, url: "https://app.acme.example"}
history: HISTORY
metrics:
  documents: {sum: value, from: documents_processed}
  projects: {count: events, from: project_created, where: {sample: false}}
milestones:
  - {id: first-project, when: {projects: 1}}
  - {id: documents, when: {documents: LADDER}}
  - {id: documents-club, when: {documents: every 100}}
"""


def document(ladder: Sequence[int] = (10, 50), history: str = "complete") -> Document:
    return read(MILESTONES.replace("LADDER", str([*ladder])).replace("HISTORY", history))


@pytest.fixture(params=["memory", "rocks"])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Played]:
    store = tmp_path if request.param == "rocks" else None
    with Played(document(), partitions=PARTITIONS, store=store) as driver:
        yield driver


@pytest.fixture
def quick() -> Iterator[Played]:
    """In memory only, for what has nothing to do with the store."""
    with Played(document(), partitions=PARTITIONS) as driver:
        yield driver


def send(driver: Driver, contact: str, number: int, event: str = "documents_processed", **fields: Any) -> Record:
    body = {"id": f"e-{number}", "contact_id": contact, "event": event, "at": driver.now_ms} | fields
    return driver.pipe(USAGE_EVENTS, contact, json.dumps(body))


def crossed(records: Sequence[Record]) -> list[MilestoneCrossed]:
    return [decode_crossing(each.value() or b"") for each in records]


def crossings(driver: Driver) -> list[tuple[str, str, int]]:
    """Take what was crossed since the last look: contact, milestone, occurrence."""
    found = crossed(driver.read(MILESTONE_CROSSED))
    return [(each.contact_id, each.milestone, each.occurrence) for each in found]


def codes(driver: Driver) -> list[str]:
    reasons = [reason_of(each.headers()) for each in driver.read(USAGE_EVENTS_DLQ)]
    return [each.code for each in reasons if each]


# -- crossings --------------------------------------------------------------------------------------------------------


def test_a_milestone_is_crossed_once(driver: Driver) -> None:
    """Guarantees G1 and G2: at the event that passes the threshold, with the id that every machine computes; once."""
    for number, value in enumerate((4, 5, 1, 3)):
        send(driver, "c-1", number, value=value)
    driver.run()
    (record,) = driver.read(MILESTONE_CROSSED)
    (crossing,) = crossed([record])
    assert (crossing.milestone, crossing.value_before, crossing.value, crossing.threshold) == (
        "documents-10",
        9,
        10,
        10,
    )
    assert crossing.id == crossing_id("c-1", "documents-10", 1)
    assert (crossing.celebrate, crossing.rules_version) == (True, 1)
    assert record.key() == b"c-1"
    assert record.partition() == partition_of(b"c-1", PARTITIONS)
    send(driver, "c-1", 90, value=-8)
    driver.run()
    send(driver, "c-1", 91, value=20)
    driver.run()
    assert crossings(driver) == []
    assert driver.count(CROSSINGS, ("documents-10", "yes")) == 1


def test_a_crossing_names_the_event_that_made_it(quick: Driver) -> None:
    """Topic, partition, offset and identity: an analyst can find the record."""
    send(quick, "c-1", 0, value=9)
    event = send(quick, "c-1", 1, value=1, source="importer")
    quick.advance(250)
    quick.run()
    (crossing,) = crossed(quick.read(MILESTONE_CROSSED))
    source = crossing.source
    assert source.__struct_fields__ == ("topic", "partition", "offset", "event_source", "event_id")
    assert [getattr(source, name) for name in source.__struct_fields__] == [
        USAGE_EVENTS,
        event.partition(),
        event.offset(),
        "importer",
        "e-1",
    ]
    assert (crossing.occurred_at, crossing.detected_at) == ("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.250Z")


def test_one_event_can_cross_several_and_says_which_to_celebrate(quick: Driver) -> None:
    """The jump is told from the event alone, so it does not depend on batches."""
    send(quick, "c-1", 0, value=250)
    quick.run()
    found = crossed(quick.read(MILESTONE_CROSSED))
    assert [(each.milestone, each.occurrence) for each in found] == [
        ("documents-10", 1),
        ("documents-50", 1),
        ("documents-club", 1),
        ("documents-club", 2),
    ]
    jumps: list[Any] = [each.jump for each in found]
    assert [(each.index, each.of, each.top) for each in jumps] == [
        (1, 4, False),
        (2, 4, False),
        (3, 4, False),
        (4, 4, True),
    ]


def test_contacts_do_not_touch_each_other(driver: Driver) -> None:
    """Counters are by contact, wherever the contacts lie."""
    contacts = [f"c-{number}" for number in range(30)]
    for number in range(10):
        for contact in contacts:
            send(driver, contact, number)
    driver.run(batch=17)
    assert sorted(crossings(driver)) == sorted((contact, "documents-10", 1) for contact in contacts)
    assert {row.counters[0] for row in driver.rows(PROGRESS).values()} == {10}
    assert driver.count(EVENTS, (USAGE_EVENTS,)) == 300


@pytest.mark.parametrize("disturbance", ["none", "restart", "crash", "move", "flush and crash"])
def test_a_duplicate_counts_once(driver: Driver, disturbance: str) -> None:
    """Guarantee G6: the same source and id within the window, across restarts, kills and moves."""
    send(driver, "c-1", 7, value=6)
    driver.run()
    if disturbance == "restart":
        driver.restart()
    elif disturbance == "move":
        driver.move(partition_of(b"c-1", PARTITIONS))
    elif disturbance != "none":
        if disturbance == "flush and crash":
            driver.flush()
        driver.crash()
    send(driver, "c-1", 7, value=6)
    send(driver, "c-1", 7, value=6)
    driver.run()
    assert crossings(driver) == []
    assert driver.row(PROGRESS, "c-1").counters[0] == 6
    assert driver.count(DUPLICATES, (USAGE_EVENTS,)) == 2
    send(driver, "c-1", 7, value=6, source="another")
    driver.run()
    assert crossings(driver) == [("c-1", "documents-10", 1)]


def test_the_window_of_duplicates_is_the_setting(quick: Driver) -> None:
    """16 ids by default; with 2, the third newest is forgotten and counts again."""
    quick.restart(tracker(dedupe_ids=2))
    for number in (1, 2, 3, 1, 3):
        send(quick, "c-1", number)
    quick.run()
    assert quick.row(PROGRESS, "c-1").counters[0] == 4


def test_what_no_metric_counts_is_ignored(quick: Driver) -> None:
    """Valid events of other names, and those that a filter keeps out, are no rejects and write no counter."""
    send(quick, "c-1", 0, event="logged_in")
    send(quick, "c-2", 1, event="project_created", properties={"sample": True})
    send(quick, "c-3", 2, event="project_created", properties={"sample": False})
    quick.run()
    assert crossings(quick) == [("c-3", "first-project", 1)]
    assert quick.count(IGNORED, (USAGE_EVENTS,)) == 2
    assert codes(quick) == []
    assert quick.row(PROGRESS, "c-1") is None


@pytest.mark.parametrize(
    ("history", "fields", "because"),
    [
        ("complete", {"at": START_MS - 1}, "before_milestone"),
        ("complete", {"backfill": True}, "backfill"),
        ("from_now", {}, "history_incomplete"),
    ],
)
def test_nobody_is_celebrated_for_the_past(history: str, fields: dict[str, Any], because: str) -> None:
    """Guarantee G3: recorded, never celebrated, with the reason."""
    with Played(document(history=history)) as driver:
        driver.run()
        send(driver, "c-1", 0, value=10, **fields)
        driver.run()
        (crossing,) = crossed(driver.read(MILESTONE_CROSSED))
        assert (crossing.celebrate, crossing.not_celebrated_because) == (False, because)
        assert driver.count(CROSSINGS, ("documents-10", because)) == 1


# -- rejects ----------------------------------------------------------------------------------------------------------


def test_bad_input_goes_to_the_letters_and_stops_nothing(driver: Driver) -> None:
    """Guarantee G5: original bytes with the reason; the good ones around are counted."""
    bad: dict[str, tuple[str | None, str | None]] = {
        "key_missing": (None, '{"id": "1", "contact_id": "c-1", "event": "x"}'),
        "key_mismatch": ("c-1", '{"id": "1", "contact_id": "c-2", "event": "x"}'),
        "not_json": ("c-1", "{"),
        "value_missing": ("c-1", None),
        "field_missing": ("c-1", '{"id": "1", "contact_id": "c-1"}'),
        "wrong_type": ("c-1", '{"id": 1, "contact_id": "c-1", "event": "x"}'),
    }
    send(driver, "c-1", 0, value=9)
    for key, value in bad.values():
        driver.pipe(USAGE_EVENTS, key, value)
    send(driver, "c-1", 1, value=1)
    driver.run()
    letters = driver.outputs(USAGE_EVENTS_DLQ)
    reasons = {reason.code: each for each in letters if (reason := reason_of(each.headers()))}
    assert reasons.keys() == bad.keys()
    for code, (key, value) in bad.items():
        assert reasons[code].key() == (None if key is None else key.encode())
        assert reasons[code].value() == (None if value is None else value.encode())
        assert driver.count(REJECTS, (USAGE_EVENTS, code)) == 1
    assert crossings(driver) == [("c-1", "documents-10", 1)]


@pytest.mark.parametrize("step", list(Step))
def test_letters_are_in_the_transaction_of_their_offset(driver: Driver, step: Step) -> None:
    """Guarantee G5: whenever it is killed, a letter is there once, and with it the crossing of its neighbour."""
    driver.run()
    driver.pipe(USAGE_EVENTS, "c-1", "{")
    send(driver, "c-1", 0, value=10)
    driver.crash(step)
    seen = len(driver.outputs(USAGE_EVENTS_DLQ)), len(driver.outputs(MILESTONE_CROSSED))
    assert seen == ((1, 1) if step in (Step.COMMITTED, Step.STORED) else (0, 0))
    driver.run()
    assert codes(driver) == ["not_json"]
    assert crossings(driver) == [("c-1", "documents-10", 1)]


def test_an_amount_that_cannot_be_counted_is_refused_by_the_core(quick: Driver) -> None:
    """A thousand occurrences at once are a mistake of the producer, not a party."""
    send(quick, "c-1", 0, value=100 * 1001)
    send(quick, "c-1", 1, value=10)
    quick.run()
    assert codes(quick) == ["out_of_range"]
    assert crossings(quick) == [("c-1", "documents-10", 1)]


class _Fragile(Gate):
    """A release with a fault: it fails on events of one source. They have a field `later`, an array: no accelerator
    takes such for a plain one."""

    def admit(self, records: Sequence[Record], now_ms: int) -> list[UsageEvent | Rejection]:
        verdicts = super().admit(records, now_ms)
        if any(isinstance(each, UsageEvent) and each.source == "culprit" for each in verdicts):
            raise RuntimeError("a fault of ours")
        return verdicts


def test_a_record_that_breaks_us_goes_alone() -> None:
    """Engine rule 4, seen from the tracker: internal_error for the culprit, everything else counted once."""
    fragile = tracker(admission=_Fragile)
    with Played(document(), fragile, partitions=PARTITIONS) as driver:
        for number in range(CULPRITS_IN_A_ROW + 2):
            send(driver, f"c-{number}", 0, value=10)
            send(driver, f"c-{number}", 1, value=10, source="culprit", later=[])
        driver.run()
        assert codes(driver) == ["internal_error"] * 12
        assert len(crossings(driver)) == 12
        assert {row.counters[0] for row in driver.rows(PROGRESS).values()} == {10}


def test_what_the_door_cannot_even_judge_stops_nobody() -> None:
    """However many there are, of whichever contacts, with nothing good between them (guarantee G5)."""
    fragile = tracker(admission=_Fragile)
    with Played(document(), fragile) as driver:
        for number in range(60):
            send(driver, f"c-{number}", number, source="culprit", later=[])
        driver.run()
        send(driver, "c-1", 60, value=10)
        driver.run()
        assert codes(driver) == ["internal_error"] * 60
        assert len(crossings(driver)) == 1


# -- adoption ---------------------------------------------------------------------------------------------------------


def adoptions(driver: Driver) -> list[Adoption]:
    return [driver.row(ADOPTION, ADOPTION_KEY, partition=each) for each in range(PARTITIONS)]


def test_every_task_adopts_the_file_in_a_transaction(driver: Driver) -> None:
    """The rules in force are a row: written once, the same after any restart, whatever the clock says then."""
    heard: list[int] = []
    driver.restart(tracker(on_adopted=heard.append))
    driver.run()
    first = adoptions(driver)
    assert [each.version for each in first] == [1] * PARTITIONS
    assert {each.milestone("documents-10").first_applied_ms for each in first} == {START_MS}
    driver.advance(86_400_000)
    driver.crash()
    driver.run()
    assert adoptions(driver) == first
    assert set(heard) == {1}


def test_an_adoption_that_was_never_committed_never_was(quick: Played) -> None:
    """Killed before its commit: the next process adopts, and what it writes is when the rules were applied, not now."""
    quick.crash(Step.PRODUCED)
    quick.advance(60_000)
    quick.run()
    assert {each.milestone("documents-10").first_applied_ms for each in adoptions(quick)} == {START_MS}


def test_an_edited_file_is_version_two_and_touches_no_other_milestone(driver: Played) -> None:
    """Counters go on, what was reached stays reached, a new rung below the counter is passed over in silence."""
    send(driver, "old", 0, value=30)
    driver.run()
    assert crossings(driver) == [("old", "documents-10", 1)]
    before = adoptions(driver)
    driver.advance(1000)
    driver.apply(document(ladder=(10, 20, 50)))
    driver.run()
    for old, new in zip(before, adoptions(driver), strict=True):
        assert (old.version, new.version) == (1, 2)
        assert new.milestone("documents-10") == old.milestone("documents-10")
        assert new.milestone("documents-20").first_applied_ms == START_MS + 1000
        assert new.metrics == old.metrics
    send(driver, "old", 1, value=20)
    send(driver, "new", 2, value=20)
    driver.run()
    found = crossed(driver.read(MILESTONE_CROSSED))
    assert sorted((each.contact_id, each.milestone) for each in found) == [
        ("new", "documents-10"),
        ("new", "documents-20"),
        ("old", "documents-50"),
    ]
    assert {each.rules_version for each in found} == {2}


def test_going_back_to_the_older_file_crosses_nothing_twice(driver: Played) -> None:
    """Version 3, with the numbers of version 1: the reached set still fits."""
    send(driver, "c-1", 0, value=10)
    driver.run()
    for rules in (document(ladder=(50,)), document()):
        driver.apply(rules)
        driver.run()
    send(driver, "c-1", 1, value=-5)
    send(driver, "c-1", 2, value=5)
    driver.run()
    assert crossings(driver) == [("c-1", "documents-10", 1)]
    assert {each.version for each in adoptions(driver)} == {3}


# -- the same whatever happens ----------------------------------------------------------------------------------------


def _history(driver: Driver, start: int, count: int) -> None:
    """Contacts, values, refunds, duplicates, ignored and bad records, always the same ones."""
    for number in range(start, start + count):
        contact = f"c-{number % 7}"
        send(driver, contact, number - number % 3, value=(number * 13) % 17 - 3)
        if number % 5 == 0:
            send(driver, contact, number, event="project_created", properties={"sample": number % 2 == 0})
        if number % 11 == 0:
            driver.pipe(USAGE_EVENTS, contact, "{")


def _outcome(driver: Driver) -> dict[str, Any]:
    """All that anybody can see, by partition, and the rows."""
    seen: dict[str, Any] = {
        f"{topic}-{partition}": [
            (each.key(), each.value(), each.headers())
            for each in driver.outputs(topic)
            if each.partition() == partition
        ]
        for topic in (MILESTONE_CROSSED, USAGE_EVENTS_DLQ)
        for partition in range(PARTITIONS)
    }
    return seen | {"rows": driver.rows(PROGRESS), "adoptions": adoptions(driver)}


def _undisturbed() -> dict[str, Any]:
    with Played(document(), partitions=PARTITIONS) as driver:
        driver.run()
        _history(driver, 0, 60)
        _history(driver, 60, 60)
        driver.run()
        return _outcome(driver)


Disturbance = Callable[[Driver], object]


@pytest.mark.parametrize("batch", [None, 10])
@pytest.mark.parametrize("step", list(Step))
def test_a_kill_at_any_step_gives_identical_outputs(driver: Driver, step: Step, batch: int | None) -> None:
    """Byte for byte, order included: crossings, letters, rows and adoptions."""
    driver.run()
    _history(driver, 0, 60)
    driver.run()
    driver.flush()
    _history(driver, 60, 60)
    assert driver.crash(step, batch=batch)
    driver.run(batch=batch)
    assert _outcome(driver) == _undisturbed()


@pytest.mark.parametrize(
    "disturb",
    [
        lambda driver: driver.fail_commit(Outcome.ABORTED),
        lambda driver: driver.fail_commit(Outcome.UNKNOWN, took_effect=True),
        lambda driver: driver.fail_commit(Outcome.UNKNOWN),
        lambda driver: driver.restart(),
        lambda driver: driver.move(1),
        lambda driver: driver.crash(),
    ],
    ids=["aborted", "unknown, took effect", "unknown, did not", "restart", "move", "kill"],
)
def test_whatever_happens_in_between_the_outputs_are_identical(quick: Driver, disturb: Disturbance) -> None:
    """Each disturbance after every few transactions."""
    quick.run()
    _history(quick, 0, 60)
    disturb(quick)
    quick.run(batch=13, commit_every=2)
    disturb(quick)
    _history(quick, 60, 60)
    quick.run(batch=5)
    assert _outcome(quick) == _undisturbed()


def test_rules_that_were_numbered_anew_are_not_counted_under(driver: Played) -> None:
    """The topic of the rules was made anew, and another file applied: rows know metrics and milestones by number."""
    send(driver, "c-1", 0, value=30)
    driver.run()
    other = MILESTONES.replace("  - {id: first-project, when: {projects: 1}}\n", "")
    anew = next_version(
        None, read(other.replace("LADDER", "[10]").replace("HISTORY", "complete")), START_MS, "the test"
    )
    adoption = msgspec.structs.replace(anew.adoption, version=2)
    driver.pipe(MILESTONE_RULES, None, dataclasses.replace(anew, version=2, adoption=adoption).encode())
    with pytest.raises(CairnError, match="does not go on from version 1") as raised:
        driver.run()
    assert raised.value.exit == Exit.DRIFT
