"""The people of the simulated product: who they are and how busy."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

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
    """One contact of the product."""

    id: str
    name: str
    time_zone: str
    habit: Habit
    signed_up_ms: int

    def profile(self) -> dict[str, Any]:
        """The record of the topic `contacts`, as an application would write it."""
        return {
            "contact_id": self.id,
            "name": self.name,
            "email": f"{self.id}@people.example",
            "consent_email": True,
            "time_zone": self.time_zone,
            "signed_up_at": rfc3339(self.signed_up_ms),
            "attributes": {"plan": "team" if self.habit.pace > 1 else "free"},
        }


@dataclass(frozen=True, slots=True)
class Regular:
    """Somebody who has been there before the demo begins: so many days in a row, and signed up so many days ago.
    `friends`: how many teammates they have invited by now, onto a project that they made."""

    name: str
    time_zone: str
    days: int
    signed_up_days_ago: int
    friends: int = 0


# Zones without daylight saving: a day back is always the same time of the day before.
REGULARS = (
    Regular("Ada Regular", "Asia/Tokyo", days=7, signed_up_days_ago=30, friends=5),
    Regular("Bo Regular", "Africa/Nairobi", days=7, signed_up_days_ago=30),
    Regular("Cleo Regular", "America/Bogota", days=5, signed_up_days_ago=30),
    Regular("Dag Regular", "Asia/Kolkata", days=7, signed_up_days_ago=12),
)
"""What needs days or luck to be reached, reached at once: their past stands in the topic as if the demo had run for a
month."""


def regular(number: int, kind: Regular, now_ms: int) -> Person:
    """The `number`th of the regulars."""
    habit = HABITS[1]
    return Person(f"r-{1 + number}", kind.name, kind.time_zone, habit, now_ms - kind.signed_up_days_ago * DAY_MS)


def person(number: int, random: Random, now_ms: int) -> Person:
    """The `number`th person to sign up. Names repeat after some 1,700 people, ids never."""
    first, last = _FIRST[number % len(_FIRST)], _LAST[number % len(_LAST)]
    (habit,) = random.choices(HABITS, weights=[each.share for each in HABITS])
    return Person(f"c-{1001 + number}", f"{first} {last}", random.choice(_ZONES), habit, now_ms)


# The lengths have no common factor, so counting through both pairs every first name with every last one.
_FIRST = (
    "Mina", "Jonas", "Aisha", "Mateo", "Yuki", "Ingrid", "Tariq", "Chloe", "Pavel", "Lucía", "Kwame", "Hana", "Oscar",
    "Priya", "Sven", "Amara", "Diego", "Noor", "Felix", "Leilani", "Marek", "Zoe", "Idris", "Freya", "Rafael", "Mei",
    "Anders", "Salma", "Theo", "Nadia", "Emil", "Ximena", "Kofi", "Elin", "Ravi", "Clara", "Bashir", "Maya", "Luka",
    "Odile", "Samir",
)  # fmt: skip
_LAST = (
    "Okafor", "Lindqvist", "Rahman", "Fernández", "Tanaka", "Haugen", "Aziz", "Dubois", "Novák", "Moreno", "Mensah",
    "Kimura", "Weber", "Nair", "Eriksson", "Diallo", "Castro", "Haddad", "Braun", "Kealoha", "Kowalski", "Martin",
    "Bello", "Solberg", "Silva", "Chen", "Berg", "Farouk", "Laurent", "Petrova", "Holm", "Vargas", "Asante", "Nyström",
    "Iyer", "Schmidt", "Yusuf", "Cohen", "Horvat", "Girard", "Osei", "Park",
)  # fmt: skip
_ZONES = (
    "Africa/Lagos", "America/Mexico_City", "America/Toronto", "Asia/Kolkata", "Asia/Tokyo", "Europe/Paris",
    "Europe/Stockholm", "Pacific/Honolulu",
)  # fmt: skip
