"""Whom the planner celebrates under measurement: contacts who are reached everywhere, and what each reached. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any, Literal
from zoneinfo import ZoneInfo

from msgspec import UNSET

from deploy.cli.starter import starter_files
from schemas.milestone_crossed import EventSource, Jump, MilestoneCrossed, crossing_id, encode_crossing
from schemas.milestones import Document, read_document
from schemas.moment import rfc3339
from tests.bench.failure import BenchError

Hours = Literal["open", "closed"]
"""Whether messages may go out at once, or wait for a window of the next hours."""
SEED = 11
ZONES = ("Europe/Paris", "America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Europe/London", "UTC")
LOCALES = ("en", "fr-CA", "pl", "ar")
SINGLES = (
    ("first-project", "projects", "count", "minor", 1),
    ("documents-10", "documents", "sum", "minor", 10),
    ("documents-100", "documents", "sum", "minor", 100),
    ("week-streak", "day_streak", "streak", "minor", 7),
    ("documents-1000", "documents", "sum", "major", 1000),
    ("ten-teammates", "teammates", "distinct", "major", 10),
)
JUMP = (("documents-100", "documents", "sum", "minor", 100), ("documents-500", "documents", "sum", "minor", 500))
JUMPS = 0.1
"""The share of contacts whose event reached two milestones at once: the lower one is absorbed."""
HELD_OUT = 0.05


@dataclass(frozen=True, slots=True)
class Celebrants:
    """So many contacts, each with a profile and a crossing of its own, some with two."""

    contacts: int

    def profiles(self) -> Iterator[tuple[str, str]]:
        """Yield key and value of each profile."""
        random = Random(SEED)
        for number in range(self.contacts):
            contact = f"c-{number}"
            yield contact, json.dumps(_profile(contact, number, random))

    def crossings(self, at_ms: int) -> Iterator[tuple[str, bytes]]:
        """Yield key and value of each crossing, as reached at a moment (epoch ms)."""
        random = Random(SEED)
        for number in range(self.contacts):
            reached = JUMP if random.random() < JUMPS else (random.choice(SINGLES),)
            for place, each in enumerate(reached, start=1):
                jump = Jump(index=place, of=len(reached), top=place == len(reached)) if len(reached) > 1 else None
                held_out = random.random() < HELD_OUT
                crossing = _crossing(f"c-{number}", number, each, jump, at_ms, held_out=held_out)
                yield crossing.contact_id, encode_crossing(crossing)


def rules(hours: Hours, now_ms: int) -> Document:
    """Return the file of `cairn init`, its hours so that all may go out at `now_ms`, or nobody may."""
    document = _read(starter_files()["milestones.yaml"])
    plain = json.loads(json.dumps(document.plain(), default=float))
    plain["quiet_hours"] = "none"
    for tier in plain["tiers"].values():
        tier.pop("send_window", None)
        if hours == "closed":
            tier["send_window"] = _closed_for_all(now_ms)
    for entry in plain["milestones"]:
        entry.pop("send_window", None)
    return _read(json.dumps(plain))


def _closed_for_all(now_ms: int) -> str:
    """Two hours of the clock that have passed, or are still to come, wherever a contact lives."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    here = {now.astimezone(ZoneInfo(zone)).hour for zone in ZONES}
    for first in range(22):
        if here.isdisjoint({first, first + 1, first + 2, (first or 24) - 1}):
            return f"{first:02d}:00-{first + 2:02d}:00"
    raise BenchError("some contact is always awake")


def _read(text: str) -> Document:
    found = read_document(text)
    if not isinstance(found, Document):
        raise BenchError(f"the milestones file does not pass: {found}")
    return found


def _profile(contact: str, number: int, random: Random) -> dict[str, Any]:
    return {
        "contact_id": contact,
        "email": f"person.{number}@example.com",
        "consent_email": True,
        "consent_email_at": "2026-03-02T09:14:00Z",
        "web_push_subscription": True,
        "web_push_targets": [
            {
                "endpoint": f"https://fcm.googleapis.com/fcm/send/{random.randbytes(72).hex()}",
                "keys": {"p256dh": random.randbytes(32).hex(), "auth": random.randbytes(8).hex()},
            }
        ],
        "fcm_key": [random.randbytes(76).hex()],
        "name": "Ada",
        "locale": random.choice(LOCALES),
        "time_zone": random.choice(ZONES),
        "signed_up_at": "2026-01-20T08:00:00Z",
        "attributes": {"plan": random.choice(("team", "business"))},
    }


def _crossing(
    contact: str,
    number: int,
    reached: tuple[str, str, Any, str, int],
    jump: Jump | None,
    at_ms: int,
    *,
    held_out: bool,
) -> MilestoneCrossed:
    milestone, metric, kind, tier, threshold = reached
    return MilestoneCrossed(
        id=crossing_id(contact, milestone, 1),
        contact_id=contact,
        milestone=milestone,
        occurrence=1,
        metric=metric,
        kind=kind,
        tier=tier,
        threshold=threshold,
        value_before=threshold - 1,
        value=threshold + 2,
        occurred_at=rfc3339(at_ms - 60_000 - number % 60_000),
        detected_at=rfc3339(at_ms),
        days_since_signup=300,
        celebrate=True,
        holdout=held_out,
        reward="free_month" if milestone == "documents-1000" else None,
        rules_version=1,
        source=EventSource(
            topic="usage-events", partition=number % 4, offset=number, event_source="importer", event_id=f"imp-{number}"
        ),
        jump=jump or UNSET,
    )
