"""A story: what applications, people and machines do to a tracker, one thing after the other, drawn at random."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

from schemas.topics import CONTACT_CHANGES, CONTACTS, USAGE_EVENTS
from stream.testing import Outcome, Step
from tests.stream.native.files import ZONES, document, draft, edited
from tests.stream.native.twins import Twins
from tests.stream.native.wire import CONTACTS as IDS
from tests.stream.native.wire import ODD_ZONES, Wire

HOUR = 3_600_000
STARTS = (
    1_767_225_600_000,  # 2026-01-01
    1_325_030_400_000,  # 2011-12-28: Samoa skips the 30th
    1_320_451_200_000,  # 2011-11-05: St. John's sets its clocks back at 00:01
    1_285_891_200_000,  # 2010-10-01: Casey
    1_774_656_000_000,  # 2026-03-28: Europe's clocks go forward
    1_775_174_400_000,  # 2026-04-03: Lord Howe's go back by half an hour
)


class Story:
    """One story of `turns`, told to both trackers and compared."""

    def __init__(self, seed: int, module: ModuleType, *, odds: float | None = None, stores: Path | None = None) -> None:
        random = self.random = Random(seed)
        self.wire = Wire(
            random, random.choice((0, 0, 0.3, 1, 5, 20)) if odds is None else odds, random.choice((0, 0.05, 0.5))
        )
        self.file, rules = document(random, draft(random))
        self.files = [self.file]
        self.partitions = random.choice((1, 1, 2, 3))
        self.events = self.pending = 0
        self.contacts = random.sample(IDS, random.randint(1, len(IDS)))
        self.dedupe_ids = random.choice((16, 16, 0, 1, 3))
        self.twins = Twins(
            rules,
            module,
            dedupe_ids=self.dedupe_ids,
            partitions=self.partitions,
            start_ms=random.choice(STARTS),
            cache_rows=random.choice((1000, 1000, 0, 1, 5)),
            dead_letter_bytes=random.choice((1 << 20, 1 << 20, 600)),
            stores=stores,
        )

    def tell(self, turns: int, *, events: int = 150) -> None:
        """Tell it, with up to so many events in a turn."""
        with self.twins as twins:
            for turn in range(turns):
                self.happen(events)
                self._work()
                twins.check_said()
                if turn % 4 == 3:
                    twins.check_kept()
            twins.both(lambda driver: driver.restart())
            self._events(events)
            twins.both(lambda driver: driver.run())
            twins.check_said()
            twins.check_kept()

    def happen(self, events: int) -> None:
        """Write records, up to so many events, edit the rules, and let time pass."""
        chance = self.random.random
        if chance() < 0.5:
            self._profiles()
        if chance() < 0.06:
            self._change()
        if chance() < 0.12:
            self._edit()
        self._events(self.random.randint(1, events))
        if chance() < 0.06:
            self._change()
        ms = self.random.choice((0, 1000, HOUR, 5 * HOUR, 20 * HOUR, 24 * HOUR, 24 * HOUR, 26 * HOUR, 8 * 24 * HOUR))
        self.twins.both(lambda driver: driver.advance(ms))

    def _work(self) -> None:
        random, both = self.random, self.twins.both
        batch = random.choice((None, None, None, 20, 50, 100))
        if self.pending < 30:
            batch = random.choice((None, 1, 2, 7))
        every = random.choice((1, 1, 2, 5))
        kind = random.random()
        if kind < 0.08:
            step = random.choice((*Step, None))
            both(lambda driver: driver.crash(step, batch=batch, commit_every=every))
        elif kind < 0.13:
            outcome = random.choice((Outcome.ABORTED, Outcome.UNKNOWN))
            effect = random.random() < 0.5 and outcome is Outcome.UNKNOWN
            both(lambda driver: driver.fail_commit(outcome, took_effect=effect))
        elif kind < 0.16:
            partition = random.randrange(self.partitions)
            both(lambda driver: driver.move(partition))
        elif kind < 0.19:
            both(lambda driver: driver.restart())
        elif kind < 0.25:
            both(lambda driver: driver.flush())
        both(lambda driver: driver.run(batch=batch, commit_every=every))

    def _pipe(self, topic: str, key: Any, value: Any, **change: Any) -> None:
        for driver in (self.twins.python, self.twins.native):
            driver.pipe(topic, key, value, **change)

    def _events(self, count: int) -> None:
        random, wire = self.random, self.wire
        self.pending = count
        for _ in range(count):
            contact = random.choice(self.contacts)
            value: bytes | None = wire.event(contact, self.twins.now_ms)
            key: bytes | None = contact.encode()
            change: dict[str, Any] = {}
            if random.random() * 100 < wire.odds:
                key = random.choice((None, b"", b"\xff", b"c-1", contact.encode() + b" ", json.dumps(contact).encode()))
            if random.random() * 100 < wire.odds:
                value = random.choice(
                    (None, b"", b"null", b"\x00\x00\x00\x00\x01" + (value or b""), b"[" * 2_000, b'"')
                )
            if random.random() * 100 < wire.odds * 2:
                change["headers"] = random.choice(_HEADERS)
            if random.random() * 100 < wire.odds:
                change["partition"] = random.randrange(self.partitions)
            if random.random() * 100 < wire.odds:
                change["timestamp_ms"] = random.choice((0, 1000, self.twins.now_ms + HOUR, self.twins.now_ms - HOUR))
            self._pipe(USAGE_EVENTS, key, value, **change)
            self.events += 1

    def _profiles(self) -> None:
        random, now_ms = self.random, self.twins.now_ms
        for _ in range(random.randint(1, 4)):
            contact = random.choice(self.contacts)
            body: dict[str, Any] = {"contact_id": contact}
            if random.random() < 0.7:
                body["time_zone"] = random.choice((*ZONES, *ZONES, *ODD_ZONES))
            if random.random() < 0.7:
                body["signed_up_at"] = now_ms - random.choice((0, 1, HOUR, 24 * HOUR, 400 * 24 * HOUR, -HOUR))
            value = None if random.random() < 0.1 else json.dumps(body)
            partition = {"partition": random.randrange(self.partitions)} if random.random() < 0.02 else {}
            self._pipe(CONTACTS, contact, value, **partition)

    def _change(self) -> None:
        random = self.random
        contact = random.choice(self.contacts)
        body = {
            "contact_id": contact,
            "change": random.choice(("erase", "erase", "erase", "mute", "nonsense")),
            "at": self.twins.now_ms - random.choice((0, HOUR, 48 * HOUR)),
        }
        self._pipe(CONTACT_CHANGES, contact, json.dumps(body))
        if random.random() < 0.6:
            again = self.twins.now_ms - random.choice((-60_000, 0, HOUR))
            self._pipe(CONTACTS, contact, json.dumps({"contact_id": contact, "signed_up_at": again}))

    def _edit(self) -> None:
        random = self.random
        wanted = random.choice(self.files) if random.random() < 0.2 else edited(random, self.file)
        self.file, rules = document(random, wanted)
        self.files.append(self.file)
        self.twins.both(lambda driver: driver.apply(rules))


_HEADERS: tuple[tuple[tuple[str, Any], ...], ...] = (
    (("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),),
    (("content-type", b"application/json"), ("x", None)),
    (("content-type", b"Application/CloudEvents+json"),),
    (("content-type", "application/cloudevents\u212a".encode()),),
    (("content-type", b"\xff"),),
    (("content-type", None),),
    (("ce_specversion", b"1.0"), ("ce_id", b"i"), ("ce_type", b"used"), ("ce_subject", b"c-1"), ("ce_source", b"/s")),
    (("ce_specversion", b"0.3"),),
    (("CE_SPECVERSION", b"1.0"), ("Content-Type", b"application/cloudevents")),
    (("cairn-attempt", b"3"),),
)
