"""`cairn doctor`: is everything as it must be, and if not, what cures it?"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from deploy.cli.doctor.check import Check, Mark, failed, verdict
from deploy.cli.invocation import Invocation
from deploy.cli.topics.options import Roles
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from schemas.record import Record
    from stream.runtime.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the verb to `cairn`."""
    verb(app, "doctor")(doctor)


def doctor(
    invocation: Invocation,
    records: Annotated[
        int, typer.Option("--records", min=1, help="Recent records to look at in each partition.")
    ] = 100,
    role: Roles = None,
) -> Exit:
    """Check everything, with the cure beside what is wrong.

    Looks at settings, native accelerator, milestones file, state directory, mail server, SPF, DKIM and DMARC of the
    sender's domain, push keys, webhooks, fonts, brokers, topics, transactions, this clock, recent events, the keys of
    recent records on every keyed topic, dead letters since the last replay.

    Exits with 0, with 4 when no broker can be reached, 3 when topics differ, 1 for any other failure. Writes nothing.
    """
    loaded = invocation.loaded()
    checks = list(_checks(invocation, loaded.settings, records, role or ()))
    if invocation.as_json:
        code = verdict(checks)
        invocation.out.document({"ok": code is Exit.OK, "checks": [check.document() for check in checks]})
        return code
    rows = []
    for check in checks:
        rows.append((check.mark.value, check.name, check.finding))
        if check.cure and check.mark is not Mark.OK:
            rows.append(("", "", f"-> {check.cure}"))
    invocation.out.table(("", "CHECK", "FOUND"), rows)
    return verdict(checks)


def _checks(invocation: Invocation, settings: Settings, count: int, roles: Collection[str]) -> Iterator[Check]:
    from deploy.cli.doctor import brokers, fcm, machine
    from deploy.cli.doctor.clock import clock
    from deploy.cli.doctor.letters import rejected
    from deploy.cli.doctor.pictures import pictures
    from deploy.cli.doctor.sender_domain import sender_domain
    from deploy.cli.doctor.smtp import smtp
    from deploy.cli.doctor.vapid import vapid
    from deploy.cli.doctor.webhooks import webhooks

    yield machine.versions()
    yield machine.accelerator(settings.tracker.accelerator)
    yield machine.milestones(settings.tracker.milestones)
    for each in dict.fromkeys((settings.tracker.state_dir, settings.planner.state_dir)):
        yield machine.state_dir(each)
    yield smtp(settings)
    yield sender_domain(settings)
    yield vapid(settings.web_push)
    yield fcm.access_token(settings)
    yield webhooks(settings)
    yield pictures(settings.templates)
    try:
        clients = invocation.clients(settings)
    except CairnError as error:
        yield failed("connection", error)
        return
    yield brokers.connection(clients)
    yield _guarded("topics", lambda: brokers.topics(clients, settings, roles))
    yield _guarded("transactions", lambda: brokers.transactions(clients, settings))
    yield _guarded("clock", lambda: clock(clients, settings))
    try:
        yield from _of_records(clients, settings, count)
        yield rejected(clients, settings)
    except CairnError as error:
        yield Check("records", Mark.SKIP, error.what, error.fix)


def _of_records(clients: Clients, settings: Settings, count: int) -> Iterator[Check]:
    from deploy.cli.doctor import records as judge
    from schemas.topics import KEYED, USAGE_EVENTS

    events = settings.prefixed(USAGE_EVENTS)
    # Usage events first: without their topic there is nothing to say.
    names = [events, *(name for each in KEYED if (name := settings.prefixed(each)) in clients.cluster.topics)]
    samples: dict[str, _Sample] = {}
    for name in dict.fromkeys(names):
        try:
            samples[name] = _newest(clients, name, count)
        except CairnError as error:
            if name == events:
                raise
            # As for lack of rights: the other topics can still be looked at.
            yield Check(f"records of {name}", Mark.SKIP, error.what, error.fix)
    found = sorted(chain(*(each.records for each in samples.values())), key=lambda record: record.timestamp()[1])
    yield judge.keys(found)
    # Where a topic has another count, the check of topics says so, and no partition is right.
    count_of_all = settings.topics.partitions
    yield judge.partitioner([each for each in found if samples[each.topic()].partitions == count_of_all], count_of_all)
    recent = [record for record in found if record.topic() == events]
    yield judge.contract(recent, time.time_ns() // 1_000_000, settings.tracker.door_limits)


class _Sample(NamedTuple):
    """The newest records of each partition of a topic."""

    partitions: int
    records: list[Record]


def _newest(clients: Clients, topic: str, count: int) -> _Sample:
    from deploy.cli.topic_records import TopicRecords

    with closing(TopicRecords(clients, topic)) as reader:
        spans = reader.spans()
        newest = {partition: span.newest(count) for partition, span in spans.items()}
        return _Sample(len(spans), list(reader.read(newest)))


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except CairnError as error:
        return failed(name, error)
