"""The demo as it stands: product, topics and tracker, moved on by one tick at a time. Nothing in a tick waits long."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator

from deploy.cli.clients import Clients
from deploy.cli.text import printable
from deploy.demo.audit import Balance, Sightings
from deploy.demo.counterparts import Counterparts
from deploy.demo.crew import PARTITIONS, Crew
from deploy.demo.crew_log import Crewman
from deploy.demo.kill import Kill, sigkill
from deploy.demo.ledger import Ledger, Place
from deploy.demo.mailbag import Mailbag
from deploy.demo.office import REACTING, Office
from deploy.demo.outbox import Outbox
from deploy.demo.product import SOURCE, Activity, Product, Usage
from deploy.demo.pulse import Pulse
from deploy.demo.reacted import Reacted
from deploy.demo.reader import Reader
from deploy.demo.scene import News, Reached, Scene, Tone, Worker
from deploy.demo.soundings import Sounding, Soundings
from deploy.demo.wording import CHANNEL_WORDS, sentence
from schemas.dead_letter import Reason, reason_of
from schemas.decision import decode_decision
from schemas.delivery import decode_delivery
from schemas.milestone_crossed import decode_crossing
from schemas.milestones.document import Document
from schemas.record import Record
from schemas.topics import (
    CELEBRATION_DECISIONS,
    CONTACTS,
    DELIVERIES,
    MILESTONE_CROSSED,
    TRACKER_APP,
    USAGE_EVENTS,
    USAGE_EVENTS_DLQ,
)
from stream.runtime.settings import Settings

_READ_S = 0.05
"""How long a tick waits for records: it paces the loop."""
_ASK_S = 0.5
_SHOWN = 200


class Stage:
    """Times are `time.monotonic()` seconds, except where a name says `ms`: those are of the epoch."""

    def __init__(
        self,
        clients: Clients,
        settings: Settings,
        crew: Crew,
        office: Office,
        counterparts: Counterparts,
        document: Document,
        product: Product,
        now: float,
    ) -> None:
        self.settings = settings
        self.crew = crew
        self.office = office
        self.mailbag = Mailbag()
        self.reacted = Reacted()
        self.page = ""
        """Where messages can be looked at."""
        self.preview = ""
        """The command that shows all there could be."""
        self._counterparts = counterparts
        self.product = product
        self.ledger = Ledger(document)
        self.sightings = Sightings()
        self.inputs = settings.prefixed(USAGE_EVENTS)
        self.crossed = settings.prefixed(MILESTONE_CROSSED)
        self.dead = settings.prefixed(USAGE_EVENTS_DLQ)
        self.decided = settings.prefixed(CELEBRATION_DECISIONS)
        self.released = [settings.prefixed(each) for each in DELIVERIES.values()]
        self.outbox = Outbox(clients.producer(), self.inputs, settings.prefixed(CONTACTS), counterparts.profile)
        followed = (self.inputs, self.crossed, self.dead, self.decided, *self.released)
        self._reader = Reader(clients.reader(), followed, PARTITIONS)
        self._soundings = Soundings(
            clients.admin(),
            # Not to be kept waiting for the end of a killed worker's transaction (KIP-447), when all is done again.
            clients.reader(committed=False, group_id=settings.prefixed(TRACKER_APP)),
            self.inputs,
            self.crossed,
            PARTITIONS,
        )

        self.now = self._began = now
        self.now_ms = 0
        self.open = True
        """Whether the product is in use."""
        self.running = True
        """Whether the tracker is meant to run."""
        self.sounding: Sounding | None = None
        self.balance = Balance()
        self.audited: Sounding | None = None
        """The sounding that `balance` is of."""
        self.kills: list[Kill] = []
        self.letters: dict[Place, list[Reason]] = {}
        self.guests: list[tuple[str, str]] = []
        """Contact and event of each usage event that is not the product's."""
        self.news: deque[News] = deque(maxlen=_SHOWN)
        self.reached: deque[Reached] = deque(maxlen=_SHOWN)
        self.arrived: deque[News] = deque(maxlen=_SHOWN)
        self.invitation: list[str] = []
        self.most_waiting = 0
        self._in_audit: Sounding | None = None
        self._asked_at = float("-inf")
        self._sent = Pulse()
        self._counted = Pulse()

    def tick(self, now: float, now_ms: int) -> None:
        """Move everything on. Raises `CairnError` when something ended that should not."""
        self.now, self.now_ms = now, now_ms
        if self.open:
            self.add(self.product.since(now_ms))
        self.outbox.settle()
        for message in self._reader.read(_READ_S):
            self._take(message, now_ms)
        for arrival in self._counterparts.arrivals():
            self.mailbag.arrived(arrival)
            where = f"{CHANNEL_WORDS[arrival.channel]} {self._name(arrival.contact)}"
            self.arrived.append(News(self.now - self._began, f"{where}: {arrival.title}"))
        self.reacted.feed(self.office.news(REACTING))
        self._sound(now)
        if self.running:
            self.crew.look()
            self.office.look()
            if now - self._asked_at >= _ASK_S:
                self._asked_at = now
                self.crew.ask()

    def add(self, activity: Activity) -> None:
        """Write what the product's people did."""
        self.ledger.zones |= {each.id: each.time_zone for each in activity.people}
        self.outbox.profiles(activity.people)
        self.outbox.usages(activity.usages)

    def slip(self, usage: Usage) -> None:
        """Write one event that is not part of anybody's day."""
        self.outbox.usages([usage])

    def say(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """Tell a piece of news."""
        self.news.append(News(self.now - self._began, text, tone))

    def strike(self, man: Crewman) -> Kill:
        """Kill a worker."""
        partitions = frozenset(man.owned)
        kill = Kill(man.index, sigkill(man), self.now, partitions)
        self.kills.append(kill)
        return kill

    def strike_reaction(self) -> int:
        """Kill the worker of the reaction; returns its process id."""
        man = self.reacted.worker
        if man is None:
            raise ValueError("the reaction does not run")
        pid = sigkill(man)
        self.reacted.struck(pid)
        return pid

    def scene(self, *, ends_by_itself: bool) -> Scene:
        """What there is to be seen now."""
        return Scene(
            bootstrap=self.settings.kafka.bootstrap_servers,
            at=self.now - self._began,
            sent=self.outbox.sent,
            sent_rate=self._sent.rate,
            counted_rate=self._counted.rate,
            pulse=tuple(self._counted.history),
            waiting=self.sounding.waiting if self.sounding else 0,
            most_waiting=self.most_waiting,
            balance=self.balance,
            refused=len(self.letters),
            repeats=self.ledger.repeats,
            workers=[
                *(Worker(man.index, man.pid, self._state(man), man.restarts) for man in self.crew.workers),
                *self._reaction(),
            ],
            news=tuple(self.news),
            reached=tuple(self.reached),
            arrived=tuple(self.arrived),
            received=Counter(each.channel for each in self.mailbag.received),
            page=self.page,
            preview=self.preview,
            invitation=tuple(self.invitation),
            ends_by_itself=ends_by_itself,
        )

    def close(self) -> None:
        """Leave the brokers."""
        self._soundings.close()
        self._reader.close()

    def _state(self, man: Crewman) -> str:
        if man.pid is None:
            return "killed" if man.ends and man.ends[-1] == "sigkill" else "stopped"
        if not man.owned:  # what its health page said last was said of the process before
            return "starting again" if man.restarts else "starting"
        return self.crew.states.get(man.index, "starting")

    def _reaction(self) -> Iterator[Worker]:
        man, handled = self.reacted.worker, self.reacted.handled
        if man is not None:
            state = f"{handled:,} handled" if man.pid and handled else "starting" if man.pid else self._state(man)
            yield Worker(None, man.pid, state, man.restarts)

    def _name(self, contact: str) -> str:
        who = self.product.people.get(contact)
        return who.name if who else printable(contact)

    def _take(self, message: Record, now_ms: int) -> None:
        topic = message.topic()
        if topic == self.inputs:
            event = self.ledger.enter(message, now_ms)
            if event is not None and event.source != SOURCE:
                self.guests.append((event.contact_id, event.event))
                self.say(f"an event of yours: {printable(event.contact_id)}, {printable(event.event)}", Tone.GOOD)
        elif topic == self.crossed:
            crossing = decode_crossing(message.value() or b"")
            self.sightings.note(crossing)
            self.mailbag.crossed(crossing)
            text = sentence(crossing, self._name(crossing.contact_id))
            guest = crossing.contact_id not in self.product.people
            reached = Reached(self.now - self._began, text, crossing.tier == "major", guest)
            self.reached.append(reached)
        elif topic == self.decided:
            self.mailbag.decided(decode_decision(message.value() or b""))
        elif topic in self.released:
            self.mailbag.released(decode_delivery(message.value() or b""))
        else:
            reason = reason_of(message.headers())
            if reason is not None:
                self.letters.setdefault(Place(reason.partition, reason.offset), []).append(reason)

    def _sound(self, now: float) -> None:
        sounding = self._soundings.take(now)
        if sounding is not None:
            self.sounding = sounding
            self.most_waiting = max(self.most_waiting, sounding.waiting)
            self._sent.look(now, sum(sounding.input_ends.values()))
            self._counted.look(now, sounding.counted)
            self._in_audit = self._in_audit or sounding
            for kill in self.kills:
                kill.follow(sounding, self.crew.log.crew[kill.worker].pid, now)
        due = self._in_audit
        if (
            due is not None
            and self._reader.has_passed(self.inputs, due.committed)
            and self._reader.has_passed(self.crossed, due.crossed_ends)
        ):
            self.balance, self.audited = self.sightings.balance(self.ledger, due.committed), due
            self._in_audit = None
