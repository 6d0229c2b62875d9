"""What the planner has said, each time it looked, held against what is known of the contact."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from schemas.channel import Channel
from schemas.decision import Decision
from schemas.delivery import Delivery, Message, channel_of, place_of
from schemas.moment import parse_rfc3339
from tests.stream.planner.story.person import PLACES, Person, Story
from tests.stream.planner.story.rules import DAY_MS

Told = tuple[str, ...]
"""Ids of what a message tells, its lead first."""


@dataclass
class Ledger:
    """Every decision and delivery so far. `read` raises AssertionError for what is not as it should be."""

    person: Person
    stories: dict[str, Story] = field(default_factory=dict)
    decided: dict[tuple[str, Channel], Decision] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    """By the id of a delivery: what its first attempt told."""
    counted: list[tuple[int, bool]] = field(default_factory=list)
    """When messages went out that the cap counts, and whether they were major."""
    out: dict[str, Delivery] = field(default_factory=dict)
    """The last attempt of each delivery without a final receipt."""
    _released: set[str] = field(default_factory=set)

    def read(self, decisions: list[Decision], deliveries: list[Delivery], now_ms: int) -> None:
        """Take in what one look has said."""
        before = list(self.counted)
        for each in decisions:
            key = each.subject_id, each.channel
            assert key not in self.decided, f"decided twice: {each}"
            self.decided[key] = each
        self._count([each for each in decisions if each.send], now_ms)
        self._one_for_each_thing([each for each in decisions if each.send])
        for each in decisions:
            if each.because is not None:
                self._refused(each, before, now_ms)
            elif each.bundled_with is not None:
                lead = self.decided.get((each.bundled_with, each.channel))
                assert lead is not None, f"bundled with what was not decided: {each}"
                assert lead.send, f"bundled with what was not sent: {each}"
                assert lead.bundled_with is None, f"bundled with what is a line itself: {each}"
                assert lead.decided_at == each.decided_at
        self._handed_out(decisions, deliveries, now_ms)

    def room_ms(self, story: Story, now_ms: int, counted: list[tuple[int, bool]] | None = None) -> int:
        """When the cap lets a message of it out: now, or later."""
        file, major = self.person.file, self.person.is_major(story)
        within_ms = file.within_days * DAY_MS
        against = [at for at, was_major in (self.counted if counted is None else counted) if was_major or not major]
        recent = [at for at in against if at > now_ms - within_ms]
        return now_ms if len(recent) < file.cap else recent[-file.cap] + within_ms

    def _refused(self, no: Decision, before: list[tuple[int, bool]], now_ms: int) -> None:
        story = self.stories[no.subject_id]
        if no.because == "absorbed":
            assert no.absorbed_by is not None, f"absorbed by nothing: {no}"
            other = self.decided.get((no.absorbed_by, no.channel))
            assert other is not None, f"absorbed by what was not decided: {no}"
            assert other.send, f"absorbed by what was not sent: {no}"
            assert story.related(self.stories[no.absorbed_by]), f"absorbed by something else: {no}"
            return
        assert no.absorbed_by is None
        if no.because == "over_cap":
            opens_ms = self.person.opens(story, now_ms)
            room_ms = max(self.room_ms(story, now_ms, counted) for counted in (before, self.counted))
            assert room_ms > opens_ms, f"there is room: {no} {self.counted}"
            assert no.until is not None
            assert opens_ms < parse_rfc3339(no.until) <= room_ms
            return
        assert no.because in set(self.person.reasons(story, no.channel, now_ms)), f"not true: {no}"

    def _count(self, sent: list[Decision], now_ms: int) -> None:
        """Count the messages of one look, and see that each had room."""
        leads = [
            story
            for each in sent
            if each.bundled_with is None and (story := self.stories[each.subject_id]).id not in self._released
        ]
        leads = list({each.id: each for each in leads}.values())
        crossings = [each for each in leads if not each.is_nudge]
        if self.person.file.bundle_s:
            for each in crossings:
                assert self.room_ms(each, now_ms) == now_ms, f"over the cap: {each}"
            if crossings:
                self.counted.append((now_ms, any(map(self.person.is_major, crossings))))
            leads = [each for each in leads if each.is_nudge]
        for each in leads:
            assert self.room_ms(each, now_ms) == now_ms, f"over the cap: {each}"
            self.counted.append((now_ms, self.person.is_major(each)))
        self._released |= {each.subject_id for each in sent}

    def _one_for_each_thing(self, sent: list[Decision]) -> None:
        for one in sent:
            for other in sent:
                if one.channel == other.channel and one.subject_id < other.subject_id:
                    both = self.stories[one.subject_id], self.stories[other.subject_id]
                    assert not both[0].related(both[1]), f"both said at once: {both}"

    def _handed_out(self, decisions: list[Decision], deliveries: list[Delivery], now_ms: int) -> None:
        leads = {each.id: each for each in decisions if each.send and each.bundled_with is None}
        lines = Counter((each.bundled_with, each.channel) for each in decisions if each.bundled_with)
        first = Counter(each.decision_id for each in deliveries if each.attempt == 1)
        for decision_id, lead in leads.items():
            assert first.pop(decision_id, 0) == len(PLACES[lead.channel]), f"not one to each place: {lead}"
        assert not first, "handed out without a yes"
        by_milestone = {(each.milestone, each.is_nudge): each.id for each in self.stories.values()}
        for each in deliveries:
            channel, told = channel_of(each), _told(each.message, by_milestone)
            if each.attempt == 1:
                lead = leads[each.decision_id]
                assert told[0] == lead.subject_id
                assert len(told) == 1 + lines[lead.subject_id, channel]
                assert all(self.decided[id_, channel].send for id_ in told)
                assert {self.decided[id_, channel].bundled_with for id_ in told[1:]} <= {lead.subject_id}
                self.told[each.id] = told
            else:
                self._again(each, channel, told, now_ms)
            assert place_of(each.to) in PLACES[channel]
            assert self.person.reaches(channel), f"sent after a no: {each}"
            for id_ in told:
                assert self.person.may_tell(self.stories[id_], channel, now_ms), f"told against the rules: {each}"
            lead_story = self.stories[told[0]]
            assert self.person.opens(lead_story, now_ms) == now_ms, f"out of hours: {each}"
            self.out[each.id] = each

    def _again(self, delivery: Delivery, channel: Channel, told: Told, now_ms: int) -> None:
        """A retry tells what is still allowed, in the order in which it was told first."""
        at_first = self.told[delivery.id]
        assert [each for each in at_first if each in told] == list(told)
        for each in at_first:
            story = self.stories[each]
            now_open = self.person.opens(story, now_ms) == now_ms
            if now_open and self.person.may_tell(story, channel, now_ms):
                assert each in told, f"kept back: {story}"


def _told(message: Message, by_milestone: dict[tuple[str, bool], str]) -> Told:
    subject = message.crossing or message.nudge
    assert subject is not None
    also = [by_milestone[each.milestone, False] for each in message.also]
    return (subject.id, *also)
