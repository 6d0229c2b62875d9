"""The whole story of a contact on the planner, as a state machine: whatever happens, in whatever order.

    rules.py     milestones files that say anything
    person.py    what is known of the contact: an oracle that has no line of the planner's but the hours
    ledger.py    what the planner has said, held against it

In the end each crossing and nudge has one final decision on every channel, whatever happened in between.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from schemas.channel import CHANNELS, Channel
from schemas.milestone_crossed import EventSource, Jump
from schemas.moment import parse_rfc3339, rfc3339
from schemas.topics import CONTACTS
from stream.core.celebration.admit import JUMP_MS
from stream.planner.topology import DUE, PEOPLE, SUBJECTS
from tests.stream.planner.played import PROFILE, Played
from tests.stream.planner.story.ledger import Ledger
from tests.stream.planner.story.person import Person, Story, everywhere
from tests.stream.planner.story.rules import DAY_MS, LADDERS, Entry, File, files

MONDAY_TEN = parse_rfc3339("2026-11-23T09:00:00Z")  # 10:00 in Paris
HOUR = 3_600_000
MOST_LOOKS = 2_000
"""Looks until all waits have ended: a month of the tightest cap has a few for each crossing."""
METRICS = st.lists(st.sampled_from(sorted(LADDERS)), min_size=1, max_size=3, unique=True)
PROFILES = st.fixed_dictionaries({each: st.sampled_from([True, True, False]) for each in CHANNELS})


class StoryOfAContact(RuleBasedStateMachine):
    """One contact; every step takes a millisecond at least, so that no two facts are of the same moment."""

    @initialize(file=files(), is_pro=st.booleans(), start_ms=st.integers(0, 7 * 24))
    def begin(self, file: File, is_pro: bool, start_ms: int) -> None:
        self.driver = Played(file.written(), start_ms=MONDAY_TEN + start_ms * HOUR)
        self.person = Person(file)
        self.ledger = Ledger(self.person)
        self.ahead = dict.fromkeys(LADDERS, 0)
        self.offsets = count(100)
        self.write_profile(everywhere(), is_pro=is_pro)

    # -- what happens ------------------------------------------------------------------------------------------------

    @rule(
        metrics=METRICS,
        rungs=st.sampled_from([1, 1, 1, 2, 3]),
        late=st.sampled_from([0, 0, 0, 12 * HOUR, 2 * DAY_MS]),
        not_for=st.sampled_from(["nobody", "nobody", "nobody", "nobody", "held_out", "backfill"]),
        is_one=st.booleans(),
        batches=st.booleans(),
        then_ms=st.sampled_from([0, 31_000, 601_000]),
    )
    def cross(
        self, metrics: list[str], rungs: int, late: int, not_for: str, is_one: bool, batches: bool, then_ms: int
    ) -> None:
        """One action reaches the next rungs of some metrics, by one event or by an event for each."""
        by_metric = [self._next(metric, rungs) for metric in sorted(metrics)]
        events = [[each for hits in by_metric for each in hits]] if is_one else by_metric
        for hits in events:
            self._event(hits, self.driver.now_ms - late, not_for, batches=batches)
        self.look()
        self.wait(then_ms)

    def _event(self, hits: list[Entry], at_ms: int, not_for: str, *, batches: bool) -> None:
        # Whether it is held out or not counted depends on the milestone: here on its rung, so a jump may hold both.
        silent = {each.id for each in hits if not_for != "nobody" and each.threshold < 100}
        ordered = sorted(hits, key=lambda each: (each.id not in silent, each.tier == "major"))
        offset = next(self.offsets)
        source = EventSource(topic="usage-events", partition=0, offset=offset, event_source="", event_id=str(offset))
        for place, entry in enumerate(ordered, start=1):
            more: dict[str, Any] = {}
            if len(ordered) > 1:
                more["jump"] = Jump(index=place, of=len(ordered), top=place == len(ordered))
            if entry.id in silent and not_for == "held_out":
                more["holdout"] = True
            elif entry.id in silent:
                more |= {"celebrate": False, "not_celebrated_because": "backfill"}
            record = self.driver.crossed(
                entry.id,
                metric=entry.metric,
                kind="count",
                tier=entry.tier,
                threshold=entry.threshold,
                occurred_at=rfc3339(at_ms),
                source=source,
                **more,
            )
            self.ledger.stories[record.id] = Story(
                record.id,
                entry.id,
                entry.metric,
                entry.threshold,
                at_ms,
                self.driver.now_ms,
                jump=offset if len(ordered) > 1 else None,
                celebrate=record.celebrate,
                holdout=record.holdout,
            )
            self.person.numbers[entry.metric] = entry.threshold
            if batches:
                self.look()

    @rule(metric=st.sampled_from(sorted(LADDERS)), with_crossing=st.booleans())
    def nudge(self, metric: str, with_crossing: bool) -> None:
        """The contact comes near the next rung, perhaps just before reaching it."""
        if self.ahead[metric] >= len(LADDERS[metric]):
            return
        threshold = LADDERS[metric][self.ahead[metric]]
        milestone = f"{metric}-{threshold}"
        if any(each.is_nudge and each.milestone == milestone for each in self.ledger.stories.values()):
            return
        record = self.driver.nudged(milestone, threshold, metric=metric)
        now_ms = self.driver.now_ms
        self.ledger.stories[record.id] = Story(record.id, milestone, metric, threshold, now_ms, now_ms, is_nudge=True)
        if with_crossing:
            self.cross([metric], 1, 0, "nobody", is_one=True, batches=False, then_ms=0)
        self.look()

    @rule(
        profile=st.fixed_dictionaries({each: st.sampled_from([True, True, False]) for each in CHANNELS}),
        is_pro=st.booleans(),
    )
    def write_profile(self, profile: dict[Channel, bool], is_pro: bool) -> None:
        """The contact's profile is written; everything that waits is looked at then."""
        self.person.profile, self.person.is_pro = profile, is_pro
        self.driver.profile(
            consent_email=profile["email"],
            web_push_subscription=profile["web_push"],
            fcm_key=PROFILE["fcm_key"] if profile["mobile_push"] else [],
            attributes={"plan": "pro" if is_pro else "free"},
        )
        self.look()
        self.nothing_is_kept_back()

    @rule()
    def everything_again(self) -> None:
        """A full profile, and every channel open: most stories would be silent else."""
        self.driver.change("resubscribe")
        self.person.opened = dict.fromkeys(CHANNELS, self.driver.now_ms)
        self.person.unmuted_ms = self.driver.now_ms
        self.write_profile(everywhere(), is_pro=True)

    @rule(what=st.sampled_from(["mute", "unsubscribe", "resubscribe", "tombstone", "retire"]), data=st.data())
    def change(self, what: str, data: st.DataObject) -> None:
        """The contact says something, its profile is removed, or a milestone is retired."""
        now_ms = self.driver.now_ms
        if what == "tombstone":
            self.person.profile = None
            self.driver.pipe(CONTACTS, "c-1", None)
        elif what == "retire":
            self.retire(data.draw(st.sampled_from([each.id for each in self.person.file.entries])))
        elif what == "mute":
            self.driver.change("mute")
            self.person.muted_ms = now_ms
        else:
            self._one_channel(what == "resubscribe", data.draw(st.sampled_from([*CHANNELS, None])))
        self.look()

    def _one_channel(self, is_open: bool, channel: Channel | None) -> None:
        self.driver.change("resubscribe" if is_open else "unsubscribe", **({"channel": channel} if channel else {}))
        times = self.person.opened if is_open else self.person.closed
        times.update(dict.fromkeys([channel] if channel else CHANNELS, self.driver.now_ms))
        if is_open and channel is None:
            self.person.unmuted_ms = self.driver.now_ms

    def retire(self, milestone: str) -> None:
        """The newest rules decide."""
        self.person.file = self.person.file.retire(milestone)
        self.driver.apply(self.person.file.written())
        self.look()

    @precondition(lambda self: self.ledger.out)
    @rule(data=st.data(), wait_ms=st.sampled_from([1, HOUR, 9 * HOUR, 2 * DAY_MS]), final=st.booleans())
    def answer(self, data: st.DataObject, wait_ms: int, final: bool) -> None:
        """A dispatcher says what became of a delivery, or gives it back for some time."""
        delivery = self.ledger.out[data.draw(st.sampled_from(sorted(self.ledger.out)))]
        if final:
            self.driver.receipt(delivery, data.draw(st.sampled_from(["sent", "rejected", "gone"])))
            del self.ledger.out[delivery.id]
        else:
            self.driver.defer(delivery, wait_ms)
        self.look()
        if not final:
            self.wait(2_000)

    @precondition(lambda self: any(len(self.ledger.told[each]) > 1 for each in self.ledger.out))
    @rule(data=st.data())
    def lose_a_part_of_a_message(self, data: st.DataObject) -> None:
        """A delivery comes back, and what it told is retired in part before it goes out again."""
        bundles = [each for each in sorted(self.ledger.out) if len(self.ledger.told[each]) > 1]
        delivery = data.draw(st.sampled_from(bundles))
        story = self.ledger.stories[data.draw(st.sampled_from(self.ledger.told[delivery]))]
        self.driver.defer(self.ledger.out[delivery], 1)
        self.retire(story.milestone)
        self.wait(31_000)

    @rule(ms=st.sampled_from([1_000, 31_000, 601_000, HOUR, 9 * HOUR, DAY_MS, 3 * DAY_MS]))
    def wait(self, ms: int) -> None:
        """Time passes; a worker that runs looks at each thing when it is due."""
        self.until(self.driver.now_ms + ms)

    @rule()
    def lose_the_worker(self) -> None:
        """Everything that is known comes from the changelog then."""
        self.driver.crash()
        self.look()

    # -- what is looked at -------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Let the planner take in what was written, and hold what it says against the rest."""
        self.driver.run()
        self.ledger.read(self.driver.decisions(), self.driver.deliveries(), self.driver.now_ms)
        self.driver.advance(1)

    def until(self, end_ms: int, looks: int = MOST_LOOKS) -> None:
        """Look whenever something is due, and at the end."""
        for _ in range(looks):
            due_ms = min((due for due, _ in self.driver.timers(DUE)), default=end_ms)
            if due_ms >= end_ms:
                break
            self.driver.advance(max(0, due_ms - self.driver.now_ms))
            self.look()
        self.driver.advance(max(0, end_ms - self.driver.now_ms))
        self.look()

    def nothing_is_kept_back(self) -> None:
        """What might be said now by itself waits for nothing but a better one that waits too."""
        row = self.driver.row(PEOPLE, "c-1")
        now_ms = self.driver.now_ms - 1
        pause_ms = self.person.file.bundle_s * 1000
        waiting = [] if row is None else row.waiting
        for each in waiting:
            story = self.ledger.stories[each.id]
            assert each.not_before_ms <= story.came_ms + 2 * pause_ms + JUMP_MS, "it waits too long"
            if each.not_before_ms > now_ms:
                continue
            for channel in each.channels:
                alone = (
                    self.person.may_tell(story, channel, now_ms)
                    and self.person.opens(story, now_ms) == now_ms
                    and (each.released or self.ledger.room_ms(story, now_ms) == now_ms)
                    and not (story.is_nudge and self.person.numbers.get(story.metric, 0) >= story.threshold)
                )
                rivals = [
                    other
                    for other in waiting
                    if other is not each and channel in other.channels and story.related(self.ledger.stories[other.id])
                ]
                assert not alone or rivals, f"kept back for nothing on {channel}: {story}"

    def teardown(self) -> None:
        """Let every wait end, with dispatchers that take everything."""
        if not hasattr(self, "driver"):
            return
        with self.driver:
            self._end()

    def _end(self) -> None:
        for _ in range(MOST_LOOKS):
            for delivery in self.ledger.out.values():
                self.driver.receipt(delivery)
            self.ledger.out.clear()
            self.look()
            timers = self.driver.timers(DUE)
            if not timers:
                break
            self.until(min(due for due, _ in timers) + 1)
        wanted = {(each, channel) for each in self.ledger.stories for channel in CHANNELS}
        assert wanted == set(self.ledger.decided), "without a decision"
        assert self.driver.rows(SUBJECTS) == {}
        row = self.driver.row(PEOPLE, "c-1")
        assert row is None or (row.waiting, row.out, row.bundles) == ([], [], [])

    def _next(self, metric: str, rungs: int) -> list[Entry]:
        at = self.ahead[metric]
        self.ahead[metric] = min(at + rungs, len(LADDERS[metric]))
        return [self.person.file.of(f"{metric}-{each}") for each in LADDERS[metric][at : self.ahead[metric]]]
