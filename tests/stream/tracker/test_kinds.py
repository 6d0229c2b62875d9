"""Every kind of milestone on real tasks: the contract's file, contacts, and a clock that the test moves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.dead_letter import reason_of
from schemas.errors import CairnError
from schemas.milestone_crossed import MilestoneCrossed, TimerSource, decode_crossing
from schemas.milestone_nudge import MilestoneNudge, decode_nudge
from schemas.moment import epoch_ms
from schemas.topics import (
    CONTACTS,
    CONTACTS_DLQ,
    MILESTONE_CROSSED,
    MILESTONE_NUDGES,
    MILESTONE_RULES,
    USAGE_EVENTS,
    USAGE_EVENTS_DLQ,
)
from stream.core.adoption import next_version
from stream.testing import Step
from stream.testing.driver import START_MS
from stream.tracker.topology import MEMBERS, PROGRESS, SWEEP
from tests.stream.tracker.played import Played, read

CONTRACT = read((Path(__file__).parents[2] / "schemas/milestones/contract.yaml").read_text("utf-8"))
DAY = 86_400_000
NOON_MS = START_MS + DAY // 2
"""2026-01-01T12:00:00Z: contacts sign up earlier that day."""
MINIMAL = """
version: 1
product: {name: Acme Boards, url: "https://app.acme.example", time_zone: Europe/Paris}
history: complete
metrics:
  documents: {sum: value, from: documents_processed}
milestones:
"""


@pytest.fixture
def played() -> Iterator[Played]:
    """Under the contract's file."""
    with Played(CONTRACT, start_ms=NOON_MS) as driver:
        yield driver


def under(*milestones: str, metrics: str = "") -> Played:
    """A driver under a small file with these milestones."""
    lines = "".join(f"  - {each}\n" for each in milestones)
    return Played(read(MINIMAL.replace("milestones:", metrics + "milestones:") + lines), start_ms=NOON_MS)


def use(driver: Played, event: str, contact: str = "c-1", at_ms: int | None = None, **fields: Any) -> None:
    """Send a usage event with an id of its own, at the driver's time unless told otherwise."""
    body = {"id": f"e-{len(driver.outputs(USAGE_EVENTS))}", "contact_id": contact, "event": event}
    driver.pipe(USAGE_EVENTS, contact, json.dumps(body | {"at": driver.now_ms if at_ms is None else at_ms} | fields))


def profile(driver: Played, contact: str = "c-1", **fields: Any) -> None:
    """Write a contact."""
    driver.pipe(CONTACTS, contact, json.dumps({"contact_id": contact} | fields))


def crossed(driver: Played) -> list[MilestoneCrossed]:
    return [decode_crossing(each.value() or b"") for each in driver.read(MILESTONE_CROSSED)]


def names(driver: Played) -> list[str]:
    return [f"{each.milestone}/{each.occurrence}" for each in crossed(driver)]


def nudges(driver: Played) -> list[MilestoneNudge]:
    return [decode_nudge(each.value() or b"") for each in driver.read(MILESTONE_NUDGES)]


def at(text: str) -> int:
    return epoch_ms(datetime.fromisoformat(text).astimezone(UTC))


def test_the_contracts_file_tells_of_every_kind(played: Played) -> None:
    """One contact reaches a milestone of each kind; the composite comes with its last member."""
    profile(played, signed_up_at="2026-01-01T09:00:00Z", time_zone="America/Toronto")
    use(played, "project_created", properties={"sample": False})
    use(played, "team_changed", properties={"members": 40})
    use(played, "team_changed", properties={"members": 3})
    use(played, "team_changed", properties={"members": 60})
    for number in range(10):
        use(played, "teammate_invited", properties={"invitee_id": f"i-{number}"})
        use(played, "teammate_invited", properties={"invitee_id": f"i-{number}"})
    played.run()
    assert names(played) == ["first-project/1", "team-of-25/1", "ten-teammates/1"]
    assert len(played.rows(MEMBERS)) == 10
    for _ in range(7):
        use(played, "session_started")
        played.advance(DAY)
        played.run()
    assert names(played) == ["week-streak/1", "onboarded/1"]
    played.advance(24 * DAY)
    played.run()
    (thirty,) = crossed(played)
    assert (thirty.milestone, thirty.kind, thirty.value, thirty.unit) == ("thirty-days", "signed_up", 30, "days")
    assert thirty.occurred_at == "2026-01-31T05:00:00.000Z"  # midnight in Toronto
    assert isinstance(thirty.source, TimerSource)
    assert thirty.source.due_at == thirty.occurred_at


def test_an_anniversary_comes_every_year_and_once(played: Played) -> None:
    """Ten years for one contact, restarts and rebuilds in between: each year once, in order."""
    profile(played, signed_up_at="2026-01-01T09:00:00Z")
    seen: list[str] = []
    for year in range(10):
        played.advance(366 * DAY)
        if year % 3 == 1:
            played.crash()
        if year % 3 == 2:
            played.move(0)
        played.run()
        seen += names(played)
    assert seen == ["thirty-days/1", *(f"yearly/{each}" for each in range(1, 11))]


def test_what_was_missed_in_downtime_is_one_jump() -> None:
    """Three years without a worker: three records, one jump, and only the newest is to be celebrated (no burst)."""
    with under("{id: yearly, when: {signed_up: every 1 year}}") as driver:
        profile(driver, signed_up_at="2026-01-01T09:00:00Z")
        driver.run()
        driver.advance(3 * 366 * DAY)
        driver.run()
        found = crossed(driver)
    assert [(each.occurrence, each.jump and each.jump.top) for each in found] == [(1, False), (2, False), (3, True)]


def test_a_contact_that_comes_after_its_events_is_served() -> None:
    """The product's zone until then; sign-up and zone count from the profile on."""
    with under("{id: month, when: {signed_up: 30 days}}", "{id: docs, when: {documents: 10}}") as driver:
        use(driver, "documents_processed", value=12)
        driver.run()
        (first,) = crossed(driver)
        assert first.days_since_signup is None
        profile(driver, signed_up_at="2025-12-20T09:00:00Z", time_zone="Asia/Tokyo")
        driver.advance(40 * DAY)
        driver.run()
        assert names(driver) == ["month/1"]
        row = driver.row(PROGRESS, "c-1")
        assert (row.zone, row.signed_up_ms) == ("Asia/Tokyo", at("2025-12-20T09:00:00+00:00"))
        driver.pipe(CONTACTS, "c-1", None)
        driver.run()
        row = driver.row(PROGRESS, "c-1")
        assert (row.zone, row.signed_up_ms, row.counters[0]) == (None, None, 12)


def test_a_sign_up_that_is_corrected_moves_what_is_due() -> None:
    """Later: the timer finds it out when it fires. Earlier: the timer row moves. Nothing is told twice."""
    with under("{id: month, when: {signed_up: 30 days}}") as driver:
        driver.advance(10 * DAY)
        profile(driver, "later", signed_up_at="2026-01-01T09:00:00Z")
        profile(driver, "earlier", signed_up_at="2026-01-11T09:00:00Z")
        driver.run()
        profile(driver, "later", signed_up_at="2026-01-11T09:00:00Z")
        profile(driver, "earlier", signed_up_at="2026-01-01T09:00:00Z")
        driver.advance(25 * DAY)
        driver.run()
        assert [each.contact_id for each in crossed(driver)] == ["earlier"]
        driver.advance(10 * DAY)
        driver.run()
        assert [each.contact_id for each in crossed(driver)] == ["later"]
        driver.advance(400 * DAY)
        driver.run()
        assert crossed(driver) == []


@pytest.mark.parametrize("zone", ["Pacific Standard Time", "america/los_angeles", " America/Los_Angeles"])
def test_a_zone_is_the_same_however_it_is_written(zone: str) -> None:
    """As for the planner: days begin by the clock by which messages go out."""
    with under("{id: month, when: {signed_up: 30 days}}") as driver:
        profile(driver, "c-1", signed_up_at="2026-01-01T05:00:00Z", time_zone=zone)
        driver.run()
        assert driver.read(CONTACTS_DLQ) == []
        driver.advance(32 * DAY)
        driver.run()
        (month,) = crossed(driver)
        assert month.occurred_at == "2026-01-30T08:00:00.000Z"  # midnight in Los Angeles, where it was still December


def test_a_broken_profile_is_put_aside_and_a_wrong_zone_is_told() -> None:
    """A dead letter with its reason; what is sound of the profile counts, with the product's zone."""
    with under("{id: month, when: {signed_up: 30 days}}") as driver:
        driver.pipe(CONTACTS, "c-1", "{")
        profile(driver, "c-2", signed_up_at="2026-01-01T09:00:00Z", time_zone="Mars/Olympus")
        driver.run()
        reasons = [reason_of(each.headers()) for each in driver.read(CONTACTS_DLQ)]
        assert [each and (each.code, each.pointer) for each in reasons] == [
            ("not_json", ""),
            ("bad_zone", "/time_zone"),
        ]
        driver.advance(31 * DAY)
        driver.run()
        (month,) = crossed(driver)
        assert month.occurred_at == "2026-01-30T23:00:00.000Z"  # midnight in Paris


def test_nudges_near_and_stuck_come_once() -> None:
    """Opt-in, on their own topic; stuck by a timer that progress has put off."""
    with under("{id: docs, when: {documents: [100, 200]}, nudge: {near: 90%, stuck_for: 5 days}}") as driver:
        use(driver, "documents_processed", value=89)
        driver.run()
        assert nudges(driver) == []
        use(driver, "documents_processed", value=2)
        driver.run()
        (near,) = nudges(driver)
        assert (near.milestone, near.kind, near.threshold, near.remaining) == ("docs-100", "near", 100, 9)
        driver.advance(4 * DAY)
        use(driver, "documents_processed", value=1)
        driver.run()
        driver.advance(4 * DAY)
        driver.run()
        assert nudges(driver) == []
        driver.advance(2 * DAY)
        driver.run()
        (stuck,) = nudges(driver)
        assert (stuck.milestone, stuck.kind, stuck.value, stuck.source.__class__) == (
            "docs-100",
            "stuck",
            92,
            TimerSource,
        )
        driver.advance(60 * DAY)
        use(driver, "documents_processed", value=-5)
        use(driver, "documents_processed", value=5)
        driver.run()
        driver.advance(60 * DAY)
        driver.run()
        assert nudges(driver) == []
        use(driver, "documents_processed", value=20)
        driver.run()
        assert names(driver) == ["docs-100/1"]


def test_a_baseline_counts_and_says_nothing() -> None:
    """New value = imported + counted; the same file twice changes nothing; too late is refused with its reason."""

    def baseline(value: int, as_of: int, metric: str = "documents") -> None:
        fields = {"value": value, "properties": {"metric": metric}, "backfill": True, "source": "cairn-baseline"}
        body = {"id": f"{metric}@{as_of}", "contact_id": "c-1", "event": "cairn.baseline", "at": as_of}
        driver.pipe(USAGE_EVENTS, "c-1", json.dumps(body | fields))

    with under("{id: docs, when: {documents: [100, 200]}}") as driver:
        baseline(150, START_MS - DAY)
        baseline(150, START_MS - DAY)
        use(driver, "documents_processed", value=1000, at_ms=START_MS - 2 * DAY)
        use(driver, "documents_processed", value=49)
        driver.run()
        assert driver.row(PROGRESS, "c-1").counters == [199]
        assert names(driver) == []
        use(driver, "documents_processed", value=1)
        baseline(300, NOON_MS + 1)
        baseline(1, START_MS - DAY, metric="nothing")
        driver.run()
        (second,) = crossed(driver)
        assert (second.milestone, second.value, second.celebrate) == ("docs-200", 200, True)
        reasons = [reason_of(each.headers()) for each in driver.read(USAGE_EVENTS_DLQ)]
        assert [each and each.code for each in reasons] == ["baseline_too_late", "baseline_metric"]


def test_rules_change_while_the_worker_runs() -> None:
    """Between batches, exact: what came before counts under the old version, what comes after under the new one."""
    rung = "  - {id: docs, when: {documents: LADDER}}\n"
    with Played(read(MINIMAL + rung.replace("LADDER", "[10]"))) as driver:
        use(driver, "documents_processed", value=10)
        driver.run()
        driver.apply(read(MINIMAL + rung.replace("LADDER", "[10, 20]")))
        use(driver, "documents_processed", value=10)
        driver.run()
        assert [(each.milestone, each.rules_version) for each in crossed(driver)] == [("docs-10", 1), ("docs-20", 2)]


RECORDED = "{id: past, when: {documents: 5}, adoption: record_only}"


@pytest.mark.parametrize("step", [None, *Step])
def test_a_milestone_may_record_who_is_past_it(step: Step | None, tmp_path: Path) -> None:
    """`adoption: record_only`: every contact past it, once, never celebrated; a kill in the walk repeats nothing."""
    with Played(read(MINIMAL + "  []\n"), store=tmp_path) as driver:
        for number in range(1200):
            use(driver, "documents_processed", f"c-{number}", value=number % 10)
        driver.run()
        driver.apply(read(MINIMAL + f"  - {RECORDED}\n"))
        if step is not None:
            driver.crash(step)
        driver.run()
        found = crossed(driver)
        assert {each.contact_id for each in found} == {f"c-{each}" for each in range(1200) if each % 10 >= 5}
        assert len(found) == 600
        assert {(each.celebrate, each.not_celebrated_because) for each in found} == {(False, "adopted")}
        assert driver.rows(SWEEP) == {}


def test_a_new_anniversary_finds_contacts_who_do_nothing() -> None:
    """Its timers come by a walk over the rows: no event of the contact is needed."""
    with under("{id: docs, when: {documents: 5}}") as driver:
        profile(driver, signed_up_at="2026-01-01T09:00:00Z")
        driver.run()
        driver.apply(read(MINIMAL + "  - {id: month, when: {signed_up: 30 days}}\n"))
        driver.run()
        driver.advance(31 * DAY)
        driver.run()
        assert names(driver) == ["month/1"]


def test_a_backlog_is_read_before_its_timers_fire() -> None:
    """Engine rule 16 from the tracker's side: the contact moved while nobody ran, so the day begins elsewhere."""
    with under("{id: month, when: {signed_up: 30 days}}") as driver:
        profile(driver, signed_up_at="2026-01-01T12:00:00Z", time_zone="Pacific/Auckland")
        driver.run()
        driver.close()
        driver.advance(30 * DAY - timedelta(hours=11) // timedelta(milliseconds=1))
        profile(driver, signed_up_at="2026-01-01T12:00:00Z", time_zone="America/Los_Angeles")
        driver.run()
        assert crossed(driver) == []
        driver.advance(DAY)
        driver.run()
        (month,) = crossed(driver)
        assert month.occurred_at == "2026-01-31T08:00:00.000Z"


def test_rules_of_a_later_release_stop_the_worker_and_a_lost_apply_does_not() -> None:
    """What this release cannot read it must not count by; what was never in force changes nothing."""
    rung = "  - {id: docs, when: {documents: 10}}\n"
    with Played(read(MINIMAL + rung)) as driver:
        driver.run()
        late = next_version(None, read(MINIMAL + rung.replace("10", "3")), driver.now_ms)
        driver.pipe(MILESTONE_RULES, None, late.encode())
        driver.pipe(MILESTONE_RULES, None, b"not json")
        use(driver, "documents_processed", value=5)
        driver.run()
        assert names(driver) == []
        driver.pipe(MILESTONE_RULES, None, b'{"schema_version": 2, "version": 2, "expects": 1}')
        with pytest.raises(CairnError, match="version 2 of the rules cannot be read"):
            driver.run()
