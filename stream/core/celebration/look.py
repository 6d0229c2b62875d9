"""One look at all that waits of a contact: what is said now on each channel, what is refused, what is looked at later.

Each is weighed by itself first, on every channel: consent, reach, audience, hours, cap, freshness. Only what survives
that can take the place of another, and only on that channel. The best (`rank`) is taken first; another one that speaks
of the same thing is absorbed by what is sent now, or held for what waits. So a top that this contact never hears of
silences nothing, and `absorbed` always names what was sent. What is neither goes out, and the crossings that go out on
a channel at one look are one message: the best is its lead, the others are lines of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from schemas.channel import CHANNELS, Channel
from schemas.contact import Contact
from stream.core.celebration.cap import noted
from stream.core.celebration.manner import Manners
from stream.core.celebration.out import MOST_LINES
from stream.core.celebration.person import PersonRow
from stream.core.celebration.rank import Candidate, ranked, related
from stream.core.celebration.verdict import Later, Verdict
from stream.core.celebration.weigh import fresh_until_ms, weigh


@dataclass(slots=True)
class Sent:
    """One message on one channel: of a lead, with others as lines of it, to each of the places of the verdict."""

    lead: Candidate
    verdict: Verdict
    lines: list[Candidate] = field(default_factory=list)


@dataclass(slots=True)
class Looked:
    """What a look found. What waits and is in neither list of a channel is not looked at yet."""

    decided: list[tuple[Candidate, Verdict]] = field(default_factory=list)
    """The final decisions, the yeses among them."""
    sent: list[Sent] = field(default_factory=list)
    later: list[tuple[Candidate, Later]] = field(default_factory=list)


def look(
    manners: Manners, candidates: Iterable[Candidate], contact: Contact | None, row: PersonRow, now_ms: int
) -> Looked:
    """Decide on everything of a contact that waits; `contact` is the profile, None without one.

    What goes out is counted for the cap, in `row` and in the places of the candidates: crossings that are bundled once,
    everything else by itself. Those whose time has not come (`not_before_ms`) decide nothing, but others wait for them.
    """
    best = ranked(candidates)
    if len(best) == 1:
        return _alone(manners, best[0], contact, row, now_ms)
    return _together(manners, best, contact, row, now_ms)


def _alone(manners: Manners, each: Candidate, contact: Contact | None, row: PersonRow, now_ms: int) -> Looked:
    """Decide on what is all that waits, as most of it is: nothing takes its place or rides with it."""
    decided: list[tuple[Candidate, Verdict]] = []
    sent: list[Sent] = []
    later: list[tuple[Candidate, Later]] = []
    if each.waiting.not_before_ms <= now_ms:
        is_past = _is_past(each, row)
        for verdict in weigh(manners, each.subject, each.waiting, contact, row, now_ms):
            if isinstance(verdict, Verdict) and verdict.because is not None:
                decided.append((each, verdict))
            elif is_past:
                decided.append((each, Verdict(verdict.channel, because="reached")))
            elif isinstance(verdict, Later):
                later.append((each, verdict))
            else:
                decided.append((each, verdict))
                sent.append(Sent(each, verdict, []))
    if sent and not each.waiting.released:
        _count(manners, row, now_ms, is_major=each.is_major)
        each.waiting.released = True
    return Looked(decided, sent, later)


def _together(
    manners: Manners, best: Sequence[Candidate], contact: Contact | None, row: PersonRow, now_ms: int
) -> Looked:
    """Decide on several, the best first: each may be absorbed by a better one, or be a line of its message."""
    crossings = [each for each in best if not each.is_nudge]
    nudges = [each for each in best if each.is_nudge]
    turn = _Turn(manners, contact, row, now_ms)
    if manners.bundle_ms:
        turn.decide(crossings, bundling=True)
        turn.count()
    else:
        turn.one_by_one(crossings)
    turn.one_by_one(nudges)
    return turn.found


@dataclass(slots=True)
class _Places:
    """What of the better ones is sent on a channel, and what others wait for there, with until when (epoch ms)."""

    sent: list[Candidate] = field(default_factory=list)
    waiting: list[tuple[Candidate, int]] = field(default_factory=list)
    message: Sent | None = None
    """The one that takes further lines."""


class _Turn:
    """One look while it goes on."""

    def __init__(self, manners: Manners, contact: Contact | None, row: PersonRow, now_ms: int) -> None:
        self.found = Looked()
        self._manners = manners
        self._contact = contact
        self._row = row
        self._now_ms = now_ms
        self._places: dict[Channel, _Places] = {channel: _Places() for channel in CHANNELS}
        self._leads: list[Candidate] = []
        self._told: list[Candidate] = []

    def one_by_one(self, candidates: Sequence[Candidate]) -> None:
        """Decide on each with all that went before it counted."""
        for each in candidates:
            self.decide([each], bundling=False)
            self.count()

    def decide(self, candidates: Sequence[Candidate], *, bundling: bool) -> None:
        """Decide on candidates, the best first."""
        for each in candidates:
            riding = [name for name, place in self._places.items() if place.message] if bundling else ()
            is_open = each.waiting.not_before_ms <= self._now_ms
            for verdict in weigh(
                self._manners, each.subject, each.waiting, self._contact, self._row, self._now_ms, riding
            ):
                if not is_open:
                    if isinstance(verdict, Later) or verdict.because is None:
                        self._places[verdict.channel].waiting.append((each, each.waiting.not_before_ms))
                elif isinstance(verdict, Verdict) and verdict.because is not None:
                    self.found.decided.append((each, verdict))
                else:
                    self._place(each, verdict, bundling=bundling)

    def count(self) -> None:
        """Count what went out since the last time as one message for the cap.

        What was counted on another channel before is not counted again, and neither are the lines of its message.
        """
        fresh = [each for each in self._leads if not each.waiting.released]
        if fresh:
            _count(self._manners, self._row, self._now_ms, is_major=any(each.is_major for each in fresh))
        for each in self._told:
            each.waiting.released = True
        self._leads, self._told = [], []

    def _place(self, each: Candidate, verdict: Verdict | Later, *, bundling: bool) -> None:
        """Place what survives everything but the others."""
        channel = verdict.channel
        places = self._places[channel]
        by = next((other for other in places.sent if related(each, other)), None)
        if by is not None:
            self._refuse(each, Verdict(channel, because="absorbed", absorbed_by=by.subject.id))
            return
        covers = [(until_ms, other.subject.id) for other, until_ms in places.waiting if related(each, other)]
        if covers:
            until_ms, behind = min(covers)
            self._wait(each, Later(channel, self._held_until(each, until_ms), "better", behind))
        elif _is_past(each, self._row):
            self._refuse(each, Verdict(channel, because="reached"))
        elif isinstance(verdict, Later):
            self._wait(each, verdict)
        else:
            self._send(each, verdict, bundling=bundling)

    def _refuse(self, each: Candidate, verdict: Verdict) -> None:
        self.found.decided.append((each, verdict))

    def _wait(self, each: Candidate, later: Later) -> None:
        self.found.later.append((each, later))
        self._places[later.channel].waiting.append((each, later.until_ms))

    def _send(self, each: Candidate, yes: Verdict, *, bundling: bool) -> None:
        places = self._places[yes.channel]
        places.sent.append(each)
        self._told.append(each)
        message = places.message
        if bundling and message is not None and len(message.lines) < MOST_LINES:
            message.lines.append(each)
            yes = msgspec.structs.replace(yes, bundled_with=message.lead.subject.id)
        else:
            self._leads.append(each)
            message = Sent(each, yes)
            self.found.sent.append(message)
            places.message = message if bundling else None
        self.found.decided.append((each, yes))

    def _held_until(self, each: Candidate, until_ms: int) -> int:
        """Until what is waited for is looked at, or until the one that waits is stale itself."""
        manner = self._manners.of(each.subject.milestone)
        fresh_ms = fresh_until_ms(manner, each.subject) if manner else None
        return until_ms if fresh_ms is None else min(until_ms, fresh_ms + 1)


def _count(manners: Manners, row: PersonRow, now_ms: int, *, is_major: bool) -> None:
    """Let one message count for the cap."""
    row.released = noted(manners.cap, row.released, now_ms)
    if is_major:
        row.majors = noted(manners.cap, row.majors, now_ms)


def _is_past(each: Candidate, row: PersonRow) -> bool:
    """Whether a nudge speaks of what the contact has reached meanwhile, celebrated or not."""
    value = row.numbers.get(each.metric or "") if each.is_nudge else None
    return value is not None and value >= each.threshold
