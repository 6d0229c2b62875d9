"""Streaks of people with habits: once a day, several times, every few days, in zones of all kinds, told by both bodies.

Random stories have few events a contact, so what comes of a run of weeks, with its gaps settled and forgotten, is
looked for here.
"""

from __future__ import annotations

import json
from random import Random
from types import ModuleType

import pytest

from schemas.topics import CONTACTS, USAGE_EVENTS
from tests.stream.native.twins import Twins, unbroken
from tests.stream.tracker.played import read

RULES = """
version: 1
product: {name: Acme, url: "https://acme.example", time_zone: Europe/Paris}
history: complete
metrics:
  days: {streak: days, from: used}
  weeks: {streak: weeks, from: used}
milestones:
  - {id: days, when: {days: [2, 3, 4, 5, 7, 10, 14, 30]}, nudge: {near: 90%}}
  - {id: weeks, when: {weeks: [2, 3, 4, 6]}}
"""
ZONES = ("America/New_York", "Asia/Tokyo", "Europe/London", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia",
         "Asia/Kathmandu", "UTC", "Africa/Cairo")  # fmt: skip
HABITS = ((20, 28), (1, 30), (15, 60), (100, 200), (1, 5), (20, 25))
"""Hours from one event to the next, at least and at most."""
MINUTE, HOUR = 60_000, 3_600_000
TURNS, EVENTS = 25, 40


@pytest.mark.parametrize("seed", range(6))
def test_a_streak_is_as_long_by_both(module: ModuleType, seed: int) -> None:
    """4 % of the events are late, and 1 % come from a device in another zone."""
    random = Random(seed)
    contacts = [f"c-{number}" for number in range(12)]
    with unbroken(), Twins(read(RULES), module, partitions=1) as twins:

        def pipe(topic: str, contact: str, body: dict[str, object]) -> None:
            for driver in (twins.python, twins.native):
                driver.pipe(topic, contact, json.dumps({"contact_id": contact} | body))

        for contact in contacts:
            if random.random() < 0.9:
                pipe(CONTACTS, contact, {"time_zone": random.choice(ZONES)})
        twins.both(lambda driver: driver.run())
        habits = {contact: random.choice(HABITS) for contact in contacts}
        newest = {contact: twins.now_ms - random.randint(0, 100) * 24 * HOUR for contact in contacts}
        for number in range(TURNS * EVENTS):
            contact = random.choice(contacts)
            least, most = habits[contact]
            newest[contact] = min(newest[contact] + random.randint(least * 60, most * 60) * MINUTE, twins.now_ms)
            late = random.randint(0, 60) * HOUR if random.random() < 0.04 else 0
            body: dict[str, object] = {"id": f"e-{number}", "event": "used", "at": newest[contact] - late}
            if random.random() < 0.01:
                body["time_zone"] = random.choice(ZONES)
            pipe(USAGE_EVENTS, contact, body)
            if number % EVENTS == EVENTS - 1:
                twins.both(lambda driver: driver.run())
                twins.check_said()
                twins.check_kept()
                twins.both(lambda driver: driver.advance(36 * HOUR))
