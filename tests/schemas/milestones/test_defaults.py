"""What a file does not say: safe, given in part or not at all, told by `by_default`, and no part of the digest."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.milestones import Document, json_schema, read_document
from schemas.milestones.by_default import by_default
from schemas.milestones.document import Cap
from schemas.milestones.duration import Duration, Unit
from schemas.rules import RulesLog, RulesVersion
from stream.core.adoption import next_version
from stream.core.celebration.manner import Manners
from tests.schemas.milestones.test_reader import SMALL, lines, with_line


def document(*more: str) -> Document:
    found = read_document(SMALL + "".join(f"{line}\n" for line in more))
    assert isinstance(found, Document), found
    return found


def test_a_file_that_says_nothing_is_safe() -> None:
    """Quiet at night, a message every few days, nobody praised for the past."""
    silent = document()
    assert (str(silent.quiet_hours), silent.history) == ("21:00-08:00", "from_now")
    assert silent.cap == Cap(messages=3, within=Duration(7, Unit.DAY), then="defer")


def test_none_turns_them_off() -> None:
    off = document("quiet_hours: none", "cap: none")
    assert (off.quiet_hours, off.cap) == (None, None)
    assert {"quiet_hours", "cap"}.isdisjoint(each.key for each in by_default(off))
    again = Document.model_validate(off.plain())
    assert (again.quiet_hours, again.cap, again.digest()) == (None, None, off.digest())


@pytest.mark.parametrize("key", ["quiet_hours", "cap"])
@pytest.mark.parametrize("value", ["", " ~", " null", " false"])
def test_nothing_is_not_none(key: str, value: str) -> None:
    """It may be half written: neither the default nor "off" is guessed."""
    (found,) = lines(with_line(f"{key}:{value}"))
    assert "could mean two things | write" in found
    assert "none" in found


CHANNELS = {"minor": ("web_push", "mobile_push"), "major": ("email", "web_push", "mobile_push")}


@pytest.mark.parametrize("tier", ["minor", "major"])
@pytest.mark.parametrize("given", ["send_window: weekdays 09:00-11:30", "max_staleness: 1 day", ""])
def test_each_key_of_a_tier_has_a_default_of_its_own(tier: Any, given: str) -> None:
    """What is said of one key takes nothing from the others: such a tier was silent."""
    found = document(f"tiers: {{{tier}: {{{given}}}}}")
    for name in ("minor", "major"):
        assert found.tiers.of(name).channels == CHANNELS[name]
    (entry,) = found.milestones
    manner = Manners(found).of("first-project")
    assert manner is not None
    assert manner.channels == frozenset(CHANNELS[entry.tier])


def test_each_key_of_a_cap_has_a_default_of_its_own() -> None:
    assert document("cap: {messages: 5}").cap == Cap(messages=5, within=Duration(7, Unit.DAY))
    assert document("cap: {within: 1 day, then: drop}").cap == Cap(
        messages=3, within=Duration(1, Unit.DAY), then="drop"
    )


SAID = [
    (),
    ("quiet_hours: 21:00-08:00",),
    ("cap: {messages: 3, within: 7 days, then: defer}",),
    ("cap: {then: drop}",),
    ("cap: none", "quiet_hours: none"),
    ("tiers: {minor: {channels: [web_push, mobile_push]}}",),
    ("tiers: {minor: {channels: [web_push, mobile_push], max_staleness: 1 day}}",),
    ("tiers: {major: {send_window: weekdays 09:00-11:30}}",),
]


@pytest.mark.parametrize("said", SAID)
def test_what_is_written_is_read_back_with_its_digest(said: tuple[str, ...]) -> None:
    """Workers refuse a version whose digest is not that of what they read in it."""
    version = next_version(None, document(*said), 1_790_000_000_000)
    log = RulesLog()
    assert log.take(version.encode()) is None
    assert isinstance(log.in_force, RulesVersion)
    assert log.in_force.document.plain() == version.document.plain()
    assert log.in_force.document.digest() == version.document.digest()


def test_what_holds_by_default_is_not_written() -> None:
    assert {"quiet_hours", "cap", "tiers", "history"}.isdisjoint(document().plain())
    assert document("tiers: {major: {max_staleness: 7 days}}").plain()["tiers"] == {
        "major": {"max_staleness": "7 days"}
    }


def test_what_an_earlier_release_applied_is_the_same_to_this_one() -> None:
    """Quiet hours, cap and channels that a file names are written though they be the default: to releases in which they
    had none, nothing said is none at all. These are the digests that those releases wrote."""
    said = ("quiet_hours: 21:00-08:00", "cap: {messages: 3, within: 7 days, then: defer}")
    assert document(*said).plain()["quiet_hours"] == "21:00-08:00"
    assert document(*said).plain()["cap"] == {"messages": 3, "within": "7 days"}
    tiers = "tiers: {minor: {channels: [web_push, mobile_push], max_staleness: 1 day}}"
    assert document(*said, tiers).digest() == "0afebb74cad9805d6b35bbdc136241134192c3f8661460a3bdf691dccc5df881"


def test_by_default_says_what_holds_and_nothing_that_is_said() -> None:
    assert [(each.key, each.says) for each in by_default(document())] == [
        ("product.time_zone", "UTC for contacts whose own zone is not known (product.time_zone)"),
        (
            "history",
            "history from_now: celebrated is who signed up since a metric was first applied, or has a baseline",
        ),
        (
            "quiet_hours",
            "quiet hours 21:00-08:00 in the contact's own time, or else UTC (quiet_hours: none turns them off)",
        ),
        ("cap", "cap 3 messages within 7 days for each contact, the rest waits (cap: none turns it off)"),
        ("bundle", "what a contact reaches within 30 seconds is one message (bundle: 0 turns it off)"),
        ("tiers.minor.channels", "minor milestones go by web_push, mobile_push"),
    ]
    assert [each.key for each in by_default(document("cap: {messages: 5}", "history: complete"))] == [
        "product.time_zone",
        "quiet_hours",
        "cap.within",
        "bundle",
        "tiers.minor.channels",
    ]


def test_editors_are_told_the_defaults_as_the_file_writes_them() -> None:
    properties = json_schema()["properties"]
    assert properties["quiet_hours"]["default"] == "21:00-08:00"
    assert properties["cap"]["default"] == {"messages": 3, "within": "7 days", "then": "defer"}
    assert {"const": "none"} in properties["cap"]["anyOf"]
    assert properties["holdout"]["default"] == "0%"
