"""Erasure on real tasks (guarantee G8): only a mark stays, nothing comes in, and a new sign-up begins another life."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.dead_letter import reason_of
from schemas.milestone_crossed import MilestoneCrossed, crossing_id, decode_crossing
from schemas.milestone_nudge import decode_nudge, nudge_id
from schemas.partitioner import partition_of
from schemas.record import Record
from schemas.topics import (
    CONTACT_CHANGES,
    CONTACT_CHANGES_DLQ,
    CONTACTS,
    CONTACTS_DLQ,
    MILESTONE_CROSSED,
    MILESTONE_NUDGES,
    TRACKER_CHANGELOG,
    USAGE_EVENTS,
    USAGE_EVENTS_DLQ,
)
from stream.core.erased import Erased
from stream.runtime.metrics import ERASED as ERASED_TOTAL
from stream.runtime.metrics import EVENTS, TIMERS_FIRED
from stream.testing import Step
from stream.tracker.topology import DUE, ERASED, MEMBERS, PROGRESS
from tests.stream.tracker.played import Played, read, tracker

DAY = 86_400_000
CANARY = "canary-7f3a"
RULES = read("""
version: 1
product: {name: Acme Boards, url: "https://app.acme.example", time_zone: Europe/Paris}
history: complete
metrics:
  documents: {sum: value, from: documents_processed}
  invitees: {distinct: invitee_id, from: teammate_invited}
milestones:
  - {id: docs, when: {documents: [10, 100]}, nudge: {near: 80%, stuck_for: 5 days}}
  - {id: team, when: {invitees: 3}}
  - {id: month, when: {signed_up: 30 days}}
""")


@pytest.fixture(params=["memory", "rocks"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path if request.param == "rocks" else None


@pytest.fixture
def driver(store: Path | None) -> Iterator[Played]:
    with Played(RULES, store=store) as driver:
        yield driver


def use(driver: Played, contact: str = CANARY, event: str = "documents_processed", **fields: Any) -> None:
    """Send a usage event with an id of its own."""
    driver.advance(1)
    body = {"id": f"e-{len(driver.outputs(USAGE_EVENTS))}", "contact_id": contact, "event": event, "at": driver.now_ms}
    driver.pipe(USAGE_EVENTS, contact, json.dumps(body | fields))


def invite(driver: Played, invitee: str, contact: str = CANARY) -> None:
    use(driver, contact, "teammate_invited", properties={"invitee_id": invitee})


def profile(driver: Played, contact: str = CANARY, **fields: Any) -> None:
    driver.advance(1)
    driver.pipe(CONTACTS, contact, json.dumps({"contact_id": contact} | fields))


def change(driver: Played, what: str = "erase", contact: str = CANARY, **fields: Any) -> Record:
    driver.advance(1)
    body = {"contact_id": contact, "change": what, "at": driver.now_ms} | fields
    return driver.pipe(CONTACT_CHANGES, contact, json.dumps(body))


def crossed(driver: Played) -> list[MilestoneCrossed]:
    return [decode_crossing(each.value() or b"") for each in driver.read(MILESTONE_CROSSED)]


def names(driver: Played) -> list[str]:
    return [each.milestone for each in crossed(driver)]


def live(driver: Played) -> None:
    """A contact with something in every table, and a timer."""
    profile(driver, signed_up_at=driver.now_ms, time_zone="Asia/Tokyo")
    use(driver, value=12)
    for each in ("a", "b"):
        invite(driver, each)


def nothing_is_left(driver: Played, contact: str = CANARY) -> bool:
    return (
        driver.row(PROGRESS, contact) is None
        and driver.rows(MEMBERS) == {}
        and [key for _, key in driver.timers(DUE) if key == contact.encode()] == []
    )


def test_all_rows_go_and_a_mark_stays(driver: Played) -> None:
    """Row, values, timer; the mark says when, and of which life."""
    live(driver)
    driver.run()
    assert not nothing_is_left(driver)
    assert len(driver.rows(MEMBERS)) == 2
    change(driver)
    erased_at = driver.now_ms
    driver.run()
    assert nothing_is_left(driver)
    ((key, mark),) = driver.rows(ERASED).items()
    assert (len(key), mark) == (16, Erased(erased_at, 1))


def test_what_comes_afterwards_is_dropped_and_counted(driver: Played) -> None:
    """Events, baselines, old and undated profiles, tombstones: no row, no crossing, no dead letter."""
    live(driver)
    change(driver)
    driver.run()
    assert names(driver) == ["docs-10"]
    use(driver, value=50)
    use(
        driver,
        event="cairn.baseline",
        source="cairn-baseline",
        value=40,
        properties={"metric": "documents"},
        backfill=True,
    )
    invite(driver, "c")
    use(driver, "c-2", value=11)
    driver.run()
    profile(driver, signed_up_at=1)
    profile(driver, time_zone="Mars/Olympus")
    driver.pipe(CONTACTS, CANARY, None)
    driver.run()
    assert nothing_is_left(driver)
    assert [each.contact_id for each in crossed(driver)] == ["c-2"]
    assert driver.count(ERASED_TOTAL, (USAGE_EVENTS,)) == 3
    assert driver.count(ERASED_TOTAL, (CONTACTS,)) == 2
    assert driver.count(EVENTS, (CONTACT_CHANGES,)) == 1
    assert driver.read(USAGE_EVENTS_DLQ) == driver.read(CONTACTS_DLQ) == []


def test_between_two_events_of_one_transaction(driver: Played) -> None:
    """What came before crosses, what comes after is dropped, of rows and values that were never committed."""
    live(driver)
    change(driver)
    use(driver, value=500)
    invite(driver, "c")
    use(driver, "c-2", value=11)
    driver.run()
    assert [(each.contact_id, each.milestone) for each in crossed(driver)] == [(CANARY, "docs-10"), ("c-2", "docs-10")]
    assert nothing_is_left(driver)
    assert driver.count(ERASED_TOTAL, (USAGE_EVENTS,)) == 2


@pytest.mark.parametrize("step", Step)
def test_a_kill_at_any_step_erases_once_and_wholly(step: Step, store: Path | None) -> None:
    """Before, within and after the commit: afterwards it is as without the kill."""
    with Played(RULES, store=store) as driver:
        live(driver)
        driver.run()
        change(driver)
        erased_at = driver.now_ms
        use(driver, value=500)
        assert driver.crash(step)
        driver.run()
        assert nothing_is_left(driver)
        assert list(driver.rows(ERASED).values()) == [Erased(erased_at, 1)]
        use(driver, value=500)
        driver.run()
        assert nothing_is_left(driver)
        assert names(driver) == ["docs-10"]


def test_a_rebuild_brings_the_mark_back_and_nothing_else(driver: Played) -> None:
    """On another machine, from the changelog, also from a compacted one."""
    live(driver)
    driver.run()
    change(driver)
    driver.run()
    driver.log.partition(TRACKER_CHANGELOG, 0).compact()
    driver.move(0)
    use(driver, value=500)
    driver.run()
    assert nothing_is_left(driver)
    assert len(driver.rows(ERASED)) == 1
    assert driver.count(ERASED_TOTAL, (USAGE_EVENTS,)) == 1


def test_a_new_life_crosses_again_with_ids_of_its_own(driver: Played) -> None:
    """Crossings and nudges; counts and distinct values begin at nothing. The life after it is the third."""
    live(driver)
    driver.run()
    assert [each.id for each in crossed(driver)] == [crossing_id(CANARY, "docs-10", 1)]
    for life in (2, 3):
        change(driver)
        use(driver, value=1000)
        driver.run()
        assert crossed(driver) == []
        profile(driver, signed_up_at=driver.now_ms + 1)
        use(driver, value=85)
        for each in ("a", "b"):
            invite(driver, each)
        driver.run()
        (again,) = crossed(driver)
        assert (again.id, again.value) == (crossing_id(CANARY, "docs-10", 1, life), 85)
        nudge = decode_nudge(driver.read(MILESTONE_NUDGES)[-1].value() or b"")
        assert nudge.id == nudge_id(CANARY, "docs-100", 1, "near", life)
        invite(driver, "c")
        driver.run()
        (team,) = crossed(driver)
        assert (team.milestone, team.value) == ("team", 3)
        row = driver.row(PROGRESS, CANARY)
        assert (row.life, row.counters) == (life, [85, 3])
    assert len(driver.rows(ERASED)) == 1


def test_a_profile_and_events_of_the_new_life_may_share_a_batch_with_the_erasure(driver: Played) -> None:
    """One transaction holds the end of one life and the beginning of the next."""
    live(driver)
    change(driver)
    profile(driver, time_zone="Asia/Tokyo")
    profile(driver, signed_up_at=driver.now_ms, time_zone="America/Toronto")
    profile(driver, signed_up_at=driver.now_ms, time_zone="America/Lima")
    use(driver, value=10)
    driver.run()
    assert [each.id for each in crossed(driver)] == [crossing_id(CANARY, "docs-10", 1, life) for life in (1, 2)]
    row = driver.row(PROGRESS, CANARY)
    assert (row.life, row.zone, row.counters) == (2, "America/Lima", [10])
    assert [key for _, key in driver.timers(DUE)] == [CANARY.encode()]


def test_timers_of_an_erased_contact_do_nothing(driver: Played) -> None:
    """The anniversary and the nudge that were due; those of the new life come."""
    live(driver)
    driver.run()
    change(driver)
    driver.run()
    driver.read(MILESTONE_CROSSED)
    fired = driver.count(TIMERS_FIRED, (DUE,))
    driver.advance(40 * DAY)
    driver.run()
    assert driver.count(TIMERS_FIRED, (DUE,)) == fired
    assert crossed(driver) == []
    assert driver.read(MILESTONE_NUDGES) == []
    profile(driver, signed_up_at=driver.now_ms)
    driver.advance(40 * DAY)
    driver.run()
    assert [each.id for each in crossed(driver)] == [crossing_id(CANARY, "month", 1, 2)]


def test_a_timer_left_behind_by_an_erasure_is_a_ghost(driver: Played) -> None:
    """Should one remain all the same, it leaves neither a row nor a word."""
    live(driver)
    driver.run()
    ((due_ms, key),) = driver.timers(DUE)
    change(driver)
    driver.run()
    prefix = driver.process.tasks[0].view.timers[DUE].timer.prefix_bytes
    driver.store(0).write([(prefix + due_ms.to_bytes(8, "big") + key, b"\x01")])
    driver.restart()
    driver.read(MILESTONE_CROSSED)
    driver.advance(40 * DAY)
    driver.run()
    assert crossed(driver) == []
    assert nothing_is_left(driver)


def test_erased_twice_the_later_moment_stands(driver: Played) -> None:
    """In whichever order they come."""
    live(driver)
    change(driver)
    driver.run()
    first = driver.now_ms
    change(driver, at=first - 1000)
    driver.run()
    assert list(driver.rows(ERASED).values()) == [Erased(first, 1)]
    change(driver, at=first + 1)
    driver.run()
    assert list(driver.rows(ERASED).values()) == [Erased(first + 1, 1)]
    profile(driver, signed_up_at=first + 1)
    driver.run()
    assert driver.row(PROGRESS, CANARY) is None
    profile(driver, signed_up_at=first + 2)
    driver.run()
    assert driver.row(PROGRESS, CANARY).life == 2


def test_an_erasure_that_comes_late_leaves_the_life_behind_it_alone(driver: Played) -> None:
    """Its moment lies before the sign-up of the new life."""
    live(driver)
    change(driver)
    driver.run()
    first = driver.now_ms
    driver.advance(3000)
    profile(driver, signed_up_at=first + 2000)
    use(driver, value=10)
    change(driver, at=first + 1000)
    driver.run()
    row = driver.row(PROGRESS, CANARY)
    assert (row.life, row.counters) == (2, [10])
    assert list(driver.rows(ERASED).values()) == [Erased(first + 1000, 1)]


def test_an_erasure_that_is_read_after_the_new_profile_begins_the_new_life(driver: Played) -> None:
    """On an empty state the last profiles are read before all else: the contact must not be kept out for ever."""
    use(driver, value=12)
    change(driver)
    erased_at = driver.now_ms
    use(driver, value=500)
    profile(driver, signed_up_at=erased_at + 1, time_zone="Asia/Tokyo")
    use(driver, value=10)
    driver.run()
    assert [each.id for each in crossed(driver) if each.milestone == "docs-10"] == [
        crossing_id(CANARY, "docs-10", 1, life) for life in (1, 2)
    ]
    row = driver.row(PROGRESS, CANARY)
    assert (row.life, row.zone, row.signed_up_ms) == (2, "Asia/Tokyo", erased_at + 1)


@pytest.mark.parametrize(("later_ms", "lives"), [(0, []), (1, [2])])
@pytest.mark.parametrize("profile_first", [True, False])
def test_a_sign_up_of_the_moment_of_the_erasure_is_of_the_life_that_ended(
    driver: Played, profile_first: bool, later_ms: int, lives: list[int]
) -> None:
    """In doubt the erasure wins, whichever is read first: the profile may be the one that was erased."""
    use(driver)
    driver.run()
    erased_ms = driver.now_ms
    driver.advance(1000)
    if profile_first:
        profile(driver, signed_up_at=erased_ms + later_ms)
        driver.run()
    change(driver, at=erased_ms)
    driver.run()
    if not profile_first:
        profile(driver, signed_up_at=erased_ms + later_ms)
        driver.run()
    assert [row.life for row in driver.rows(PROGRESS).values()] == lives


def test_an_unknown_contact_is_kept_out_too(driver: Played) -> None:
    """Its events may be under way."""
    change(driver)
    driver.run()
    use(driver, value=500)
    driver.run()
    assert nothing_is_left(driver)
    assert driver.count(ERASED_TOTAL, (USAGE_EVENTS,)) == 1
    assert crossed(driver) == []


@pytest.mark.parametrize(
    "what", ["unsubscribe", "mute", "complaint", "hard_bounce", "resubscribe", "dead_endpoint", "dead_token"]
)
def test_other_changes_are_none_of_the_trackers_business(driver: Played, what: str) -> None:
    """Counts and rows stay."""
    live(driver)
    change(driver, what, **({"digest": "a" * 64} if what.startswith("dead") else {}))
    use(driver, value=88)
    driver.run()
    assert names(driver) == ["docs-10", "docs-100"]
    assert driver.rows(ERASED) == {}
    assert driver.read(CONTACT_CHANGES_DLQ) == []


def test_a_profile_tombstone_alone_erases_nothing(driver: Played) -> None:
    """Guarantee G7: counts stay."""
    live(driver)
    driver.pipe(CONTACTS, CANARY, None)
    driver.run()
    assert driver.row(PROGRESS, CANARY).counters[0] == 12
    assert driver.rows(ERASED) == {}


def test_a_broken_change_is_put_aside_with_its_reason(driver: Played) -> None:
    """And the next one is obeyed."""
    live(driver)
    driver.pipe(CONTACT_CHANGES, CANARY, "{")
    change(driver, at=driver.now_ms + DAY)
    change(driver, "forget")
    driver.run()
    reasons = [reason_of(each.headers()) for each in driver.read(CONTACT_CHANGES_DLQ)]
    assert [each and each.code for each in reasons] == ["not_json", "time_in_future", "bad_change"]
    assert driver.row(PROGRESS, CANARY) is not None
    change(driver)
    driver.run()
    assert nothing_is_left(driver)


def test_an_erasure_in_the_wrong_partition_is_told(store: Path | None) -> None:
    """It would erase nobody, and nobody would know."""
    with Played(RULES, partitions=3, store=store) as driver:
        wrong = (partition_of(CANARY.encode(), 3) + 1) % 3
        body = {"contact_id": CANARY, "change": "erase", "at": driver.now_ms}
        driver.pipe(CONTACT_CHANGES, CANARY, json.dumps(body), partition=wrong)
        driver.run()
        (letter,) = driver.read(CONTACT_CHANGES_DLQ)
        reason = reason_of(letter.headers())
        assert reason is not None
        assert reason.code == "wrong_partition"
        assert driver.rows(ERASED) == {}


def test_the_mark_hangs_on_the_secret() -> None:
    """Without it nobody can try ids until one fits; one of any length will do."""
    marks: list[bytes] = []
    for secret in ("cairn-tracker", "s" * 64, "s" * 65, "é" * 500):
        with Played(RULES, tracker(erasure_key=secret)) as driver:
            change(driver)
            driver.run()
            marks += driver.rows(ERASED)
    assert len(set(marks)) == 4


def everything_in(driver: Played) -> list[bytes]:
    """Keys and values of the store."""
    return [part for row in driver.store(0).scan(b"", b"\xff") for part in row]


def everything_in_the_compacted(changelog: list[Record]) -> list[bytes]:
    """Keys and values that compaction leaves once the tombstones are gone too."""
    last = {each.key() or b"": each.value() for each in changelog}
    return [part for key, value in last.items() if value is not None for part in (key, value)]


@pytest.mark.parametrize("end", [Played.flush, Played.run, Played.restart])
def test_the_canary_is_nowhere_in_the_state(driver: Played, end: Callable[[Played], None]) -> None:
    """Engine rule 20: neither the id nor a value that came with it, in the store or in the compacted changelog."""
    live(driver)
    driver.run()
    assert any(CANARY.encode() in each for each in everything_in(driver))
    change(driver, reason=CANARY)
    driver.run()
    use(driver, value=500)
    profile(driver, name="Anna", signed_up_at=1)
    driver.run()
    end(driver)
    for each in (*everything_in(driver), *everything_in_the_compacted(driver.outputs(TRACKER_CHANGELOG))):
        assert CANARY.encode() not in each
        assert b"Tokyo" not in each
