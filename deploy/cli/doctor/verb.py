"""`cairn doctor`: is everything as it must be, and if not, what cures it?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.doctor.check import Check, Mark, failed, verdict
from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from stream.runtime.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the verb to `cairn`."""
    verb(app, "doctor")(doctor)


def doctor(
    invocation: Invocation,
    records: Annotated[
        int, typer.Option("--records", min=1, help="Recent usage events to look at in each partition.")
    ] = 100,
) -> Exit:
    """Check everything, with the cure beside what is wrong.

    Looks at settings, milestones file, state directory, mail server, push keys, webhooks, fonts, brokers,
    topics, transactions, events.

    Exits with 0, with 4 when no broker can be reached, 3 when topics differ, 1 for any other failure. Writes nothing.
    """
    loaded = invocation.loaded()
    checks = list(_checks(invocation, loaded.settings, records))
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


def _checks(invocation: Invocation, settings: Settings, count: int) -> Iterator[Check]:
    from deploy.cli.doctor import brokers, fcm, machine
    from deploy.cli.doctor.pictures import pictures
    from deploy.cli.doctor.smtp import smtp
    from deploy.cli.doctor.vapid import vapid
    from deploy.cli.doctor.webhooks import webhooks

    yield machine.versions()
    yield machine.milestones(settings.tracker.milestones)
    yield machine.state_dir(settings.tracker.state_dir)
    yield smtp(settings)
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
    yield _guarded("topics", lambda: brokers.topics(clients, settings))
    yield _guarded("transactions", lambda: brokers.transactions(clients, settings))
    try:
        yield from _of_records(clients, settings, count)
        yield brokers.rejected(clients, settings)
    except CairnError as error:
        yield Check("records", Mark.SKIP, error.what, error.fix)


def _of_records(clients: Clients, settings: Settings, count: int) -> Iterator[Check]:
    from deploy.cli.doctor import records as judge
    from deploy.cli.topic_records import TopicRecords
    from schemas.topics import USAGE_EVENTS

    with closing(TopicRecords(clients, settings.prefixed(USAGE_EVENTS))) as events:
        spans = events.spans()
        found = list(events.read({partition: span.newest(count) for partition, span in spans.items()}))
    found.sort(key=lambda record: record.timestamp()[1])
    yield judge.keys(found)
    yield judge.partitioner(found, len(spans))
    yield judge.contract(found, time.time_ns() // 1_000_000, settings.tracker.door_limits)


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except CairnError as error:
        return failed(name, error)
