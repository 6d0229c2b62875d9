"""Row `chain`: from a usage event's produce call to the message at the mail server, through all that stands between."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from schemas.milestones import Document, read_document
from schemas.topics import CONTACTS, MILESTONE_RULES, USAGE_EVENTS, topics
from tests.bench.child import ChildProcess
from tests.bench.failure import BenchError
from tests.bench.ground import QUIET, Ground
from tests.bench.load import ROUNDS, contact_of
from tests.bench.mail_clock import MailClock
from tests.bench.rules import apply_once
from tests.bench.settings_file import run_command, write_settings
from tests.bench.sizes import Sizes
from tests.bench.smtp import email_settings
from tests.bench.summary import percentile
from tests.bench.table import Line
from tests.bench.target import at_most

PARTITIONS = 4
ROLES = ("tracker", "planner", "email")
WARM_SECONDS = 30.0
"""Left out: groups form, connections to the mail server are made, and Java compiles in the broker."""
QUIET_SECONDS = 5.0
"""No message for so long: the last one has come."""
CROSSES_AT = 10
"""The event of each contact that crosses."""
RULES = {
    "version": 1,
    "product": {"name": "Bench", "url": "https://bench.example"},
    "history": "complete",
    # Nothing in the way: no hours, no cap, no bundle, nobody held out.
    "quiet_hours": "none",
    "cap": "none",
    "bundle": 0,
    "tiers": {"minor": {"channels": ["email"]}},
    "metrics": {"documents": {"sum": "value", "from": "documents_processed"}},
    "milestones": [{"id": "documents", "when": {"documents": [CROSSES_AT]}}],
}


def chain_lines(ground: Ground, sizes: Sizes) -> list[Line]:
    """Measure once: three processes as `cairn run` starts them, the load, and the mail server here.

    Raises:
        BenchError: too few messages came.
    """
    rate = sizes.celebrated_a_second * ROUNDS
    found = _measure(ground, rate, WARM_SECONDS + sizes.seconds)
    target, measured = at_most(100, "100 ms"), percentile(found, 0.5)
    return [
        Line(
            f"usage event produced → its message at the mail server, {sizes.celebrated_a_second} crossings/s, "
            "no window in the way",
            f"p50 {target.text}",
            f"p50 {measured:.1f} ms, p99 {percentile(found, 0.99):.1f} ms of {len(found):,} messages",
            "",
            target.verdict(measured),
        )
    ]


def _measure(ground: Ground, rate: int, seconds: float) -> list[float]:
    """Return the milliseconds of each message behind the warm ones."""
    name = ground.name("chain")
    prefix = name + "-"
    for each in topics(prefix, PARTITIONS):
        ground.create(each.name, each.partitions, each.configs)
    folder = ground.state(name)
    folder.mkdir(parents=True)
    try:
        apply_once(ground.servers, prefix + MILESTONE_RULES, rules())
        ground.produce(ground.producer(), ((prefix + CONTACTS, *each) for each in profiles(int(rate * seconds))))
        with MailClock() as mail, ExitStack() as running:
            file = _settings(folder, ground.servers, prefix, mail.port)
            roles = [running.enter_context(ChildProcess(run_command(file, each))) for each in ROLES]
            ground.say(f"chain: {rate:,} events/s for {seconds:.0f} s")
            load = json.dumps({"servers": ground.servers, "prefix": prefix, "rate": rate, "seconds": seconds})
            with ChildProcess([sys.executable, "-m", "tests.bench.load", load]) as producer:
                producer.end(within=seconds + WARM_SECONDS)
            _wait_for_quiet(mail)
            for role in roles:
                role.stop()
        found = _milliseconds(ground, prefix, int(rate * WARM_SECONDS), mail)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        ground.delete(ground.starting_with(prefix))
    ground.say(f"p50 {percentile(found, 0.5):.1f} ms, p99 {percentile(found, 0.99):.1f} ms")
    return found


def _wait_for_quiet(mail: MailClock) -> None:
    known = -1
    while known != len(mail.came):
        known = len(mail.came)
        time.sleep(QUIET_SECONDS)


def _milliseconds(ground: Ground, prefix: str, warm: int, mail: MailClock) -> list[float]:
    """Compare when each crossing event was produced, which its id says, with when its message came.

    Raises:
        BenchError: a message is missing.
    """
    reader = Consumer({"bootstrap.servers": ground.servers, **QUIET, "group.id": "bench", "enable.auto.commit": False})
    places = [TopicPartition(prefix + USAGE_EVENTS, each, OFFSET_BEGINNING) for each in range(PARTITIONS)]
    left = sum(reader.get_watermark_offsets(each)[1] for each in places)
    reader.assign(places)
    found, missing = [], 0
    while left:
        for message in reader.consume(min(left, 5_000), 1.0):
            left -= 1
            number, _, produced = json.loads(message.value() or b"")["id"].partition("-")
            if int(number) % ROUNDS != CROSSES_AT - 1 or int(number) < warm:
                continue
            came = mail.came.get((message.key() or b"").decode())
            if came is None:
                missing += 1
            else:
                found.append((came - int(produced)) / 1e6)
    reader.close()
    if missing or not found:
        raise BenchError(f"{missing:,} messages of {missing + len(found):,} did not come")
    return found


def rules() -> Document:
    """Return the milestones file, read as a user's is.

    Raises:
        BenchError: it is not sound.
    """
    document = read_document(json.dumps(RULES))
    if not isinstance(document, Document):
        raise BenchError(f"the milestones of the chain are not sound: {document}")
    return document


def profiles(events: int) -> Iterator[tuple[str, str]]:
    """Yield key and value of the profile of everybody of whom there is one of so many events."""
    for number in range(contact_of(ROUNDS - 1), events // ROUNDS + 1):
        contact = f"c-{number}"
        profile = {
            "contact_id": contact,
            "email": f"{contact}@example.com",
            "consent_email": True,
            "consent_email_at": "2026-03-02T09:14:00Z",
            "name": "Ada",
            "locale": "en",
            "time_zone": "UTC",
            "signed_up_at": "2026-01-20T08:00:00Z",
        }
        yield contact, json.dumps(profile)


def _settings(folder: Path, servers: str, prefix: str, port: int) -> Path:
    return write_settings(
        folder,
        {
            "kafka": {"bootstrap_servers": servers},
            "topics": {"prefix": prefix, "partitions": PARTITIONS},
            "tracker": {"state_dir": str(folder / "tracker"), "host": "bench"},
            "planner": {"state_dir": str(folder / "planner"), "host": "bench"},
            "email": email_settings(port),
        },
    )
