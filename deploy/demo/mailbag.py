"""What was released against what arrived: each message once, at its place, and nothing else anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from deploy.demo.people import Person
from deploy.demo.received import Received
from schemas.channel import CHANNELS, Channel
from schemas.decision import Decision
from schemas.delivery import Delivery, channel_of, place_of
from schemas.milestone_crossed import MilestoneCrossed


@dataclass(frozen=True, slots=True)
class Tally:
    """How the messages stand; the tuples name what is wrong, in words."""

    released: Mapping[Channel, int] = field(default_factory=dict)
    received: Mapping[Channel, int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    """Released, and not there."""
    repeated: tuple[str, ...] = ()
    """There more than once."""
    unasked: tuple[str, ...] = ()
    """There without having been released, or at somebody who did not agree."""
    decided_twice: tuple[str, ...] = ()

    @property
    def even(self) -> bool:
        """Whether each message arrived once, and nothing else did."""
        return not (self.missing or self.repeated or self.unasked or self.decided_twice)


@dataclass(frozen=True, slots=True)
class Due:
    """A message that was released: to whom, where, about which milestones: its own and those of the bundle it tells."""

    channel: Channel
    place: str
    contact: str
    milestones: frozenset[str]

    @property
    def where(self) -> tuple[Channel, str]:
        """Its channel and place."""
        return self.channel, self.place


class Mailbag:
    """Keeps what the topics and the counterparts say."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._due: dict[str, Due] = {}
        """By the id of the delivery: further attempts are the same message."""
        self._decisions: Counter[tuple[str, Channel]] = Counter()
        self._waiting: dict[str, MilestoneCrossed] = {}

    def crossed(self, crossing: MilestoneCrossed) -> None:
        """Note a record of milestone-crossed: it wants a decision on each channel."""
        self._waiting.setdefault(crossing.id, crossing)

    @property
    def crossings(self) -> Collection[str]:
        """The ids of the crossings, each once."""
        return self._waiting.keys()

    def decided(self, decision: Decision) -> None:
        """Note a record of celebration-decisions."""
        self._decisions[decision.subject_id, decision.channel] += 1

    def released(self, delivery: Delivery) -> None:
        """Note a record of a topic of deliveries."""
        about = delivery.message.crossing or delivery.message.nudge
        told = {about.milestone} if about else set()
        told |= {each.milestone for each in delivery.message.also}
        self._due[delivery.id] = Due(channel_of(delivery), place_of(delivery.to), delivery.contact_id, frozenset(told))

    def arrived(self, message: Received) -> None:
        """Note what a counterpart took."""
        self.received.append(message)

    def undecided(self) -> list[MilestoneCrossed]:
        """Return the crossings that lack a decision on a channel."""
        return [
            crossing
            for subject, crossing in self._waiting.items()
            if any((subject, channel) not in self._decisions for channel in CHANNELS)
        ]

    def reached(self, contact: str, milestone: str) -> frozenset[Channel]:
        """Return the channels on which a contact has every message released to them, one of which tells this milestone.

        Something higher may share its bundle, on a machine that is slow to start: then it is a line of that message.
        """
        got = Counter((each.channel, each.place) for each in self.received)
        mine = [each for each in self._due.values() if each.contact == contact]
        due = Counter(each.where for each in mine)
        return frozenset(
            each.channel for each in mine if milestone in each.milestones and got[each.where] >= due[each.where]
        )

    def tally(self, people: Mapping[str, Person]) -> Tally:
        """Compare. Right only when nothing is on its way."""
        due = Counter(each.where for each in self._due.values())
        got = Counter((each.channel, each.place) for each in self.received)
        alike = Counter((each.channel, each.place, each.repeat) for each in self.received)
        return Tally(
            released=Counter(each.channel for each in self._due.values()),
            received=Counter(each.channel for each in self.received),
            missing=tuple(_named(*where) for where in due - got),
            repeated=tuple(_named(channel, place) for (channel, place, _), times in alike.items() if times > 1),
            unasked=(
                *(_named(*where) for where in got - due),
                *(
                    f"{each.contact} did not agree to {each.channel}"
                    for each in self.received
                    if not _agreed(each, people)
                ),
            ),
            decided_twice=tuple(
                f"{subject} on {channel}" for (subject, channel), times in self._decisions.items() if times > 1
            ),
        )


def _agreed(message: Received, people: Mapping[str, Person]) -> bool:
    person = people.get(message.contact)
    return person is not None and message.channel in person.ways


def _named(channel: Channel, place: str) -> str:
    return f"{channel} to {place}"
