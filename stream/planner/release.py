"""What is due is decided, and what is sent is written: decisions and deliveries, in the transaction of the state."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.channel import CHANNELS
from schemas.contact import Contact
from schemas.decision import Decision, Subject, decision_id, encode_decision
from schemas.delivery import Message, encode_delivery
from schemas.milestone_crossed import MilestoneCrossed, decode_crossing
from schemas.milestone_nudge import MilestoneNudge, decode_nudge
from schemas.moment import rfc3339
from stream.core.celebration.cap import noted
from stream.core.celebration.compose import deliveries
from stream.core.celebration.manner import Manners
from stream.core.celebration.person import PersonRow, Waiting, new_person
from stream.core.celebration.verdict import Later, Verdict
from stream.core.celebration.weigh import Case, Person, case_of, weigh
from stream.engine.view import View
from stream.planner.due import keep_timer
from stream.planner.topology import PEOPLE, PROFILES, SUBJECTS, Names
from stream.runtime.metrics import DECISIONS, RELEASED

News = MilestoneCrossed | MilestoneNudge


def subject_key(contact: bytes, subject_id: str) -> bytes:
    """Return the key of a waiting record. Ids hold no zero byte, so one contact's never begins with another's."""
    return contact + b"\0" + subject_id.encode()


class Release:
    """Decides for one partition, under `manners`."""

    def __init__(self, names: Names, manners: Manners) -> None:
        self._names = names
        self._manners = manners

    def fire(self, key: bytes, due_ms: int, view: View, now_ms: int) -> None:
        """Look at everything of a contact that is due; `now_ms` is the task's clock."""
        table = view.rows(PEOPLE)
        row: PersonRow = table.claim([key], new_person)[key]
        if row.timer_ms != due_ms:  # a ghost
            if key in table.newcomers:
                table.release([key])
            return
        row.timer_ms = 0
        for waiting in [each for each in row.waiting if each.due_ms <= now_ms]:
            self._look(row, waiting, key, view, now_ms)
        keep_timer(row, key, view)

    def refuse(self, news: News, verdicts: Iterable[Verdict], key: bytes, view: View, now_ms: int) -> None:
        """Write final decisions that need no look at the contact."""
        for verdict in verdicts:
            self._decide(news, verdict, key, view, now_ms)

    def absorb(self, row: PersonRow, waiting: Waiting, key: bytes, view: View, now_ms: int) -> None:
        """End a wait: another message says it."""
        news = self._end(row, waiting, key, view)
        if news is not None:
            verdicts = [Verdict(channel, because="absorbed") for channel in waiting.channels]
            self.refuse(news, verdicts, key, view, now_ms)

    def _look(self, row: PersonRow, waiting: Waiting, key: bytes, view: View, now_ms: int) -> None:
        news = _read(view, key, waiting)
        if news is None:
            row.waiting = [each for each in row.waiting if each.id != waiting.id]
            return
        contact: Contact | None = view.rows(PROFILES).get(key)
        person = Person(contact, row.standing, row.released, row.numbers)
        found = weigh(self._manners, _case(news, waiting), person, now_ms, waiting.channels)
        message: Message | None = None
        for verdict in found:
            if isinstance(verdict, Later):
                continue
            self._decide(news, verdict, key, view, now_ms)
            if verdict.because is None and contact is not None:
                if not waiting.released:
                    row.released = noted(self._manners.cap, row.released, now_ms)
                    waiting.released = True
                message = message or self._compose(news, contact, row)
                self._send(news, verdict, message, key, view, now_ms)
        later = {each.channel: each.until_ms for each in found if isinstance(each, Later)}
        if later:
            waiting.channels = [channel for channel in CHANNELS if channel in later]
            waiting.due_ms = min(later.values())
        else:
            self._end(row, waiting, key, view)

    def _compose(self, news: News, contact: Contact, row: PersonRow) -> Message:
        manner = self._manners.of(news.milestone)
        assert manner is not None  # noqa: S101 - a yes was said under it
        this = news.milestone, news.occurrence
        before = [each for each in row.history if (each.milestone, each.occurrence) != this]
        return manner.composer.message(news, contact, row.numbers, before)

    def _send(self, news: News, verdict: Verdict, message: Message, key: bytes, view: View, now_ms: int) -> None:
        topic = self._names.deliveries[verdict.channel]
        for delivery in deliveries(verdict, news, message, now_ms):
            view.emit(topic, key, encode_delivery(delivery))
            view.count(RELEASED, 1, (verdict.channel,))

    def _decide(self, news: News, verdict: Verdict, key: bytes, view: View, now_ms: int) -> None:
        subject: Subject = "crossing" if isinstance(news, MilestoneCrossed) else "nudge"
        decision = Decision(
            id=decision_id(news.id, verdict.channel),
            contact_id=news.contact_id,
            subject=subject,
            subject_id=news.id,
            milestone=news.milestone,
            occurrence=news.occurrence,
            channel=verdict.channel,
            send=verdict.because is None,
            because=verdict.because,
            detail=verdict.detail,
            decided_at=rfc3339(now_ms),
            rules_version=self._manners.version,
        )
        view.emit(self._names.decisions, key, encode_decision(decision))
        view.count(DECISIONS, 1, (verdict.channel, verdict.because or "sent"))

    def _end(self, row: PersonRow, waiting: Waiting, key: bytes, view: View) -> News | None:
        news = _read(view, key, waiting)
        row.waiting = [each for each in row.waiting if each.id != waiting.id]
        view.rows(SUBJECTS).delete(subject_key(key, waiting.id))
        return news


def _case(news: News, waiting: Waiting) -> Case:
    case = case_of(news, waiting.arrived_ms)
    return Case(
        case.id,
        case.milestone,
        case.metric,
        case.occurred_ms,
        case.arrived_ms,
        case.against,
        released=waiting.released,
    )


def _read(view: View, key: bytes, waiting: Waiting) -> News | None:
    value: bytes | None = view.rows(SUBJECTS).get(subject_key(key, waiting.id))
    if value is None:
        return None
    return decode_nudge(value) if waiting.is_nudge else decode_crossing(value)
