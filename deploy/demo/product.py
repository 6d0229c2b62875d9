"""A simulated product: what its people did since it was last asked. Pure: time and chance are arguments."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

import msgspec

from deploy.demo.people import DAY_MS, REGULARS, Person, Regular, person, regular
from schemas.moment import rfc3339

SOURCE = "boards"
"""What its events carry as `source`; an event without it is a guest's."""

OPENING = 48
"""People who are there from the start."""
RATE = 150.0
"""Usage events per second, on average."""
NEWCOMER_MS = 2_500
"""Time between two sign-ups."""
_WAVE_MS = 16_000
_RETRIES = 0.02
"""Part of the events that a client with a bad connection sends twice."""
_LONGEST_MS = 1_000
"""What is made up for at most after a pause, so that a stalled terminal is not followed by a flood."""

_DEEDS = {
    "board_viewed": 38,
    "comment_added": 17,
    "documents_processed": 32,
    "project_created": 6,
    "payment_received": 5,
    "payment_refunded": 2,
    "team_changed": 3,
    "teammate_invited": 5,
}


@dataclass(frozen=True, slots=True)
class Usage:
    """One usage event as it goes onto the wire."""

    contact: str
    value: bytes


@dataclass(slots=True)
class Activity:
    """What happened: who signed up, and what everybody did, in order."""

    people: list[Person] = field(default_factory=list)
    usages: list[Usage] = field(default_factory=list)
    retries: int = 0
    """How many of the usages are repeats of the one before."""


class Product:
    """Its people and what they do. Times are epoch milliseconds."""

    def __init__(self, random: Random, now_ms: int) -> None:
        self.people: dict[str, Person] = {}
        self._random = random
        self._ids = 0
        self._began_ms = self._asked_ms = now_ms
        self._newcomer_ms = now_ms
        self._owed = 0.0
        self._opening = [self._sign_up(now_ms) for _ in range(OPENING)]
        self._past: list[Usage] = []
        for number, kind in enumerate(REGULARS):
            self._come_back(regular(number, kind, now_ms), kind, now_ms)

    def since(self, now_ms: int) -> Activity:
        """Everything from the last call until now."""
        passed = min(max(now_ms - self._asked_ms, 0), _LONGEST_MS)
        self._asked_ms = now_ms
        wave = 1 + 0.35 * math.sin(2 * math.pi * (now_ms - self._began_ms) / _WAVE_MS)
        self._owed += RATE * wave * passed / 1000
        activity = Activity()
        for newcomer in self._arrivals(now_ms):
            activity.people.append(newcomer)
            # A sample to look at, which is no achievement of theirs.
            activity.usages.append(self._usage(newcomer.id, "project_created", now_ms, sample=True))
        activity.usages += self._past
        self._past = []
        count, self._owed = int(self._owed), self._owed % 1
        self._act(activity, count, now_ms)
        return activity

    def rush(self, count: int, now_ms: int) -> Activity:
        """Many events at once, from everybody."""
        activity = Activity()
        self._act(activity, count, now_ms)
        return activity

    def mistake(self, now_ms: int) -> Usage:
        """An event of a client with a bug: its number is a word."""
        contact = self._random.choice([*self.people])
        return self._usage(contact, "documents_processed", now_ms, value="twelve")

    def _act(self, activity: Activity, count: int, now_ms: int) -> None:
        if not count:
            return
        people = [*self.people.values()]
        for each in self._random.choices(people, weights=[who.habit.pace for who in people], k=count):
            usage = self._deed(each, now_ms)
            activity.usages.append(usage)
            if self._random.random() < _RETRIES:
                activity.usages.append(usage)
                activity.retries += 1

    def _deed(self, who: Person, now_ms: int) -> Usage:
        (event,) = self._random.choices([*_DEEDS], weights=[*_DEEDS.values()])
        match event:
            case "documents_processed":
                return self._usage(who.id, event, now_ms, value=self._random.randint(1, who.habit.batch))
            case "project_created":
                return self._usage(who.id, event, now_ms, sample=self._random.random() < 0.1)
            case "payment_received" | "payment_refunded":
                amount = Decimal(self._random.choice((900, 1900, 4950))) / 100
                currency = "USD" if self._random.random() < 0.8 else "EUR"
                signed = amount if event == "payment_received" else -amount
                return self._usage(who.id, event, now_ms, amount=signed, currency=currency)
            case "team_changed":
                return self._usage(who.id, event, now_ms, members=self._random.randint(1, 12))
            case "teammate_invited":
                return self._usage(who.id, event, now_ms, invitee=f"friend-{self._random.randint(1, 6)}")
            case _:
                return self._usage(who.id, event, now_ms)

    def _usage(self, contact: str, event: str, now_ms: int, *, value: Any = 1, **properties: Any) -> Usage:
        self._ids += 1
        body: dict[str, Any] = {"id": f"evt-{self._ids:06d}", "source": SOURCE, "contact_id": contact, "event": event}
        if value != 1:
            body["value"] = value
        body["at"] = rfc3339(now_ms)
        if properties:
            body["properties"] = properties
        return Usage(contact, _encode(body))

    def _arrivals(self, now_ms: int) -> Iterator[Person]:
        opening, self._opening = self._opening, []
        yield from opening
        while self._newcomer_ms + NEWCOMER_MS <= now_ms:
            self._newcomer_ms += NEWCOMER_MS
            yield self._sign_up(now_ms)

    def _come_back(self, who: Person, kind: Regular, now_ms: int) -> None:
        """Somebody who has been there on each of the last days, today included, and has invited friends."""
        self.people[who.id] = who
        self._opening.append(who)
        self._past += [
            self._usage(who.id, "session_started", now_ms - back * DAY_MS) for back in reversed(range(kind.days))
        ]
        if kind.documents:
            self._past.append(self._usage(who.id, "documents_processed", now_ms, value=kind.documents))
        if kind.friends:
            self._past.append(self._usage(who.id, "project_created", now_ms))
        self._past += [
            self._usage(who.id, "teammate_invited", now_ms, invitee=f"friend-{1 + friend}")
            for friend in range(kind.friends)
        ]

    def _sign_up(self, now_ms: int) -> Person:
        newcomer = person(len(self.people), self._random, now_ms)
        self.people[newcomer.id] = newcomer
        return newcomer


_encode = msgspec.json.Encoder(decimal_format="number").encode
