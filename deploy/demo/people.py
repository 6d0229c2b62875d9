"""The people of the simulated product: who they are and how busy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Any

from deploy.demo.cities import Home, asleep, home
from deploy.demo.names import named
from schemas.channel import CHANNELS, Channel
from schemas.moment import rfc3339

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody uses the product. `share`: how often this kind signs up; `pace`: how often it acts, relative to
    others; `batch`: the most documents it processes at once."""

    name: str
    share: int
    pace: float
    batch: int


HABITS = (
    Habit("power user", share=15, pace=6.0, batch=30),
    Habit("regular", share=45, pace=1.5, batch=6),
    Habit("newcomer", share=40, pace=0.5, batch=3),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One contact of the product. `locale`: the language they read, as in their browser; `ways`: the channels that
    they agreed to; `sleeps`: it is night where they live."""

    id: str
    name: str
    locale: str
    time_zone: str
    habit: Habit
    signed_up_ms: int
    ways: frozenset[Channel] = frozenset(CHANNELS)
    sleeps: bool = False

    @property
    def email(self) -> str:
        """Their mailbox."""
        return f"{self.id}@people.example"

    def profile(self, browsers: Sequence[Mapping[str, Any]], phones: Sequence[str]) -> dict[str, Any]:
        """The record of the topic `contacts`, as an application would write it; with their browsers and phones."""
        return {
            "contact_id": self.id,
            "name": self.name,
            "email": self.email,
            "consent_email": "email" in self.ways,
            "web_push_subscription": "web_push" in self.ways,
            "web_push_targets": browsers,
            "fcm_key": phones,
            "locale": self.locale,
            "time_zone": self.time_zone,
            "signed_up_at": rfc3339(self.signed_up_ms),
            "attributes": {"plan": "team" if self.habit.pace > 1 else "free"},
        }


@dataclass(frozen=True, slots=True)
class Regular:
    """Somebody who has been there before the demo begins: so many days in a row, and signed up so many days ago.
    `friends`: how many teammates they have invited by now, onto a project that they made. `documents`: how many they
    process at once today. `sleeps`: it is night where they live."""

    name: str
    language: str
    days: int
    signed_up_days_ago: int
    friends: int = 0
    documents: int = 0
    sleeps: bool = False


REGULARS = (
    Regular("Ada Regular", "en", days=7, signed_up_days_ago=30, friends=5, documents=1000),
    Regular("Nox Regular", "en", days=5, signed_up_days_ago=12, documents=1000, sleeps=True),
    Regular("Chloé Girard", "fr", days=7, signed_up_days_ago=30, documents=1000),
    # Not 30 days: where a Pole lives the clock may have changed since, and the month would end an hour from now.
    Regular("Zofia Nowak", "pl", days=7, signed_up_days_ago=12, documents=1000),
    Regular("ليلى حداد", "ar", days=7, signed_up_days_ago=30, documents=1000),
)
"""What needs days or luck to be reached, reached at once: their past stands in the topic as if the demo had run for a
month. They agreed to every channel, so each language has a message on each."""
REGULAR_IDS = tuple(f"r-{1 + number}" for number in range(len(REGULARS)))
"""Their contacts, in the same order."""
HERO, SLEEPER = REGULAR_IDS[:2]
"""The contacts of whom the story tells: one hears of a thousand documents at once, one in the morning."""


def regular(number: int, kind: Regular, now_ms: int) -> Person:
    """The `number`th of the regulars."""
    where = Home(asleep(now_ms)[0], kind.language) if kind.sleeps else home(kind.language, now_ms, number)
    return Person(
        id=REGULAR_IDS[number],
        name=kind.name,
        locale=where.locale,
        time_zone=where.time_zone,
        habit=HABITS[1],
        signed_up_ms=now_ms - kind.signed_up_days_ago * DAY_MS,
        sleeps=kind.sleeps,
    )


def person(number: int, random: Random, now_ms: int) -> Person:
    """The `number`th person to sign up. Names repeat after some 1,700 people, ids never."""
    name, language = named(number)
    where = home(language, now_ms, random.randrange(_ANY))
    (habit,) = random.choices(HABITS, weights=[each.share for each in HABITS])
    ways = frozenset(channel for channel in CHANNELS if random.random() < _AGREES[channel])
    return Person(f"c-{1001 + number}", name, where.locale, where.time_zone, habit, now_ms, ways)


_ANY = 1 << 20
"""Far more than there are homes to choose from."""
_AGREES: Mapping[Channel, float] = MappingProxyType({"email": 0.7, "web_push": 0.5, "mobile_push": 0.4})
"""Part of the people who agreed to each channel; some to none."""
