"""One run of the demo: puts everything up, tells the story, takes everything down."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from random import Random
from typing import TextIO

from channels.web_push.keys import VapidKeys
from deploy.broker import EmbeddedKafka, ProgressLine, announced
from deploy.cli.clients import Clients
from deploy.cli.milestones_file import sound_milestones
from deploy.cli.text import counted
from deploy.cli.topic_admin import TopicAdmin
from deploy.cli.topics.apply import mend
from deploy.cli.topics.wanted import found_differences
from deploy.demo.checks import Check, Evidence, check, verdict
from deploy.demo.counterparts import Counterparts
from deploy.demo.crew import Crew
from deploy.demo.installation import installation
from deploy.demo.interruption import interruptible
from deploy.demo.invitation import GUEST, here, invitation, line, preview
from deploy.demo.ledger import Identity
from deploy.demo.office import CELEBRATING, Office, as_toml, office_command, office_sections
from deploy.demo.page.app import page
from deploy.demo.page.server import PageServer
from deploy.demo.page.window import Window
from deploy.demo.people import DAY_MS, HERO
from deploy.demo.product import SOURCE, Product
from deploy.demo.screen import Screen, screen_for
from deploy.demo.spoken import spoken
from deploy.demo.stage import Stage
from deploy.demo.story import BIG, Caller, Record, Story, endless, once
from deploy.demo.surroundings import without_foreign
from schemas.errors import CairnError
from schemas.milestones import Document
from schemas.topics import MILESTONE_RULES
from stream.core.adoption import next_version
from stream.runtime.exits import Exit
from stream.runtime.layers import load
from stream.runtime.settings import Settings
from templates.languages.languages import load as load_languages

_SEEN_WITHIN_S = 60.0
_LOOK_S = 0.1
OPEN_FOR_MS = 40 * DAY_MS
"""For how long the product of the demo has been there: longer than the oldest of its regulars."""
_DRAIN_S = 3.0
"""For a run that was interrupted: what is lost with the tracker was lost anyway, its Kafka goes too."""


def run(*, story: bool = False, as_json: bool = False) -> Exit:
    """Run the demo until Ctrl-C; with `story`, tell the story once, check it and return. Call from the main thread.

    With `as_json` standard output is one document, written at the end, and all that is told goes to standard error.
    Returns FINDINGS when the story was not true. Raises `CairnError` when something could not be started, or ended by
    itself; and KeyboardInterrupt when a story was interrupted.
    """
    out = sys.stderr if as_json else sys.stdout
    with interruptible():
        try:
            with _stage() as stage:
                return _perform(stage, out, story=story, as_json=as_json)
        except KeyboardInterrupt:
            if story:
                raise
            out.write("stopped\n")
            return Exit.OK


def _perform(stage: Stage, out: TextIO, *, story: bool, as_json: bool) -> Exit:
    record = Record()
    environ = dict(os.environ)

    def invite() -> list[str]:
        return invitation(stage.crew.config, stage.settings.kafka.bootstrap_servers, here(), environ)

    told: Story
    if story:
        told = once(stage, record, invite, Caller(here(), without_foreign(environ)))
    else:
        told = endless(stage, record, invite)
    try:
        with screen_for(out, ends_by_itself=story) as screen:
            _tell(stage, told, screen)
    except KeyboardInterrupt:
        if story:
            raise
        out.write(_farewell(stage))
        if as_json:
            sys.stdout.write(_document(stage, []))
        return Exit.OK if stage.balance.even else Exit.FINDINGS
    checks = check(_evidence(stage, record))
    for each in verdict(checks):
        out.write(each + "\n")
    out.flush()
    if as_json:
        sys.stdout.write(_document(stage, checks))
    return Exit.OK if all(each.ok for each in checks) else Exit.FINDINGS


def _tell(stage: Stage, told: Story, screen: Screen) -> None:
    """Tick until the story ends."""
    for _ in told:
        stage.tick(time.monotonic(), time.time_ns() // 1_000_000)
        screen.show(stage)
    screen.show(stage, last=True)


@contextmanager
def _stage() -> Iterator[Stage]:
    """Kafka, topics and tracker; nothing of them is left afterwards."""
    progress = ProgressLine()
    installed = installation()
    words = installed.templates
    languages = load_languages(words.languages, words.folder)
    _, document = sound_milestones(installed.tracker.milestones)
    with ExitStack() as last:
        broker = EmbeddedKafka(on_progress=progress)
        last.callback(progress.end)
        last.enter_context(broker)
        # Its data are gone afterwards: an orderly end would only take longer.
        last.callback(broker.kill)
        progress.end()
        last.enter_context(announced(broker.bootstrap_servers))
        crew = Crew(broker.bootstrap_servers, os.environ)
        last.callback(crew.close)
        vapid = VapidKeys.generate()
        outside = last.enter_context(Counterparts(vapid.public, crew.folder))
        sections = office_sections(crew.folder, outside, vapid.private)
        sections["templates"] = {"folder": str(words.folder), "languages": [*words.languages]}
        crew.add_settings(as_toml(sections))
        office = Office(crew.folder, lambda role: crew.command(*office_command(role)))
        last.callback(office.close)
        settings = load(config=crew.config, environ={}).settings
        clients = Clients(settings)
        _make_topics(clients, settings)
        now_ms = time.time_ns() // 1_000_000
        _put_into_force(clients, settings, document, now_ms - OPEN_FOR_MS)
        crew.start()
        last.callback(crew.drain, _DRAIN_S)
        office.start(*CELEBRATING)
        last.callback(office.drain, _DRAIN_S)
        product = Product(Random(), now_ms)  # noqa: S311 - chance for a story, not for a secret
        stage = Stage(clients, settings, crew, office, outside, document, product, time.monotonic())
        last.callback(stage.close)
        window = Window(stage.mailbag.received, product.people, languages, crew.explain)
        stage.page = last.enter_context(PageServer(page(window))).url
        stage.preview = line(preview(here()))
        yield stage


def _evidence(stage: Stage, record: Record) -> Evidence:
    words = stage.settings.templates
    return Evidence(
        sent=stage.outbox.sent,
        acknowledged=stage.outbox.acknowledged,
        read=stage.ledger.by_source.get(SOURCE, 0),
        repeats=stage.ledger.repeats,
        balance=stage.balance,
        kills=stage.kills,
        ends=[man.ends for man in stage.crew.workers],
        mistakes=record.mistakes,
        refused=dict(stage.ledger.refused),
        letters={place: [each.code for each in reasons] for place, reasons in stage.letters.items()},
        visit=record.visit,
        tally=stage.mailbag.tally(stage.product.people),
        undecided=[each.contact_id for each in stage.mailbag.undecided()],
        sleeper=record.sleeper,
        hero=stage.mailbag.reached(HERO, BIG),
        guest_reached=Identity(GUEST, "first-project", 1) in stage.sightings,
        kinds=stage.sightings.kinds,
        spoken=spoken(stage.mailbag.received, stage.product.people, load_languages(words.languages, words.folder)),
        reactions=stage.reacted.against(stage.mailbag.crossings),
    )


def _farewell(stage: Stage) -> str:
    balance = stage.balance
    return (
        f"{stage.outbox.sent:,} events, {counted(len(stage.kills), 'worker')} killed; crossings: "
        f"expected {balance.expected:,}, seen {balance.seen:,}, lost {len(balance.lost)}, twice {len(balance.twice)}\n"
    )


def _make_topics(clients: Clients, settings: Settings) -> None:
    """Create them, and wait until the broker shows them."""
    admin = TopicAdmin(clients)
    wanted, missing = found_differences(settings, admin)
    mend(admin, wanted, missing)
    deadline = time.monotonic() + _SEEN_WITHIN_S
    while left := found_differences(settings, admin)[1]:
        if time.monotonic() > deadline:
            raise CairnError(f"topic {left[0].topic} was created and is not there", where=clients.address)
        time.sleep(_LOOK_S)


def _put_into_force(clients: Clients, settings: Settings, document: Document, applied_ms: int) -> None:
    """Apply the milestones as if it had been done back then, so that what needs days can be reached today."""
    producer = clients.producer()
    producer.produce(settings.prefixed(MILESTONE_RULES), next_version(None, document, applied_ms, "the demo").encode())
    if producer.flush(_SEEN_WITHIN_S):
        raise CairnError("the milestones of the demo could not be written", where=clients.address)


def _document(stage: Stage, checks: list[Check]) -> str:
    scene = stage.scene(ends_by_itself=True)
    figures = {
        "ok": stage.balance.even and all(each.ok for each in checks),
        "seconds": round(scene.at, 1),
        "events": scene.sent,
        "crossings": scene.balance.expected,
        "checks": [each.document() for each in checks],
    }
    return json.dumps(figures, indent=2, ensure_ascii=False) + "\n"
