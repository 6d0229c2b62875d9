"""What is due is decided, and a yes is handed out, in the transaction of the state."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.channel import Channel
from schemas.contact import Contact
from schemas.decision import Decision, decision_id, encode_decision
from schemas.delivery import Message
from schemas.milestone_crossed import MilestoneCrossed
from schemas.moment import rfc3339
from stream.core.celebration.cap import noted
from stream.core.celebration.manner import Manners
from stream.core.celebration.person import PersonRow, Waiting, new_person
from stream.core.celebration.subject import Subject
from stream.core.celebration.verdict import Later, Verdict, refusals
from stream.core.celebration.weigh import weigh
from stream.engine.view import View
from stream.planner.due import keep_timer
from stream.planner.handover import Handover
from stream.planner.kept import kept_subject, let_go
from stream.planner.topology import PEOPLE, PROFILES, Names
from stream.runtime.metrics import DECISIONS


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
        handover = Handover(self._names, self._manners, key, row, view, now_ms)
        for waiting in [each for each in row.waiting if each.due_ms <= now_ms]:
            self._look(row, waiting, handover, key, view, now_ms)
        for out in [each for each in row.out if each.due_ms <= now_ms]:
            handover.again(out)
        keep_timer(row, key, view)

    def refuse(self, subject: Subject, verdicts: Iterable[Verdict], key: bytes, view: View, now_ms: int) -> None:
        """Write final decisions that need no look at the contact."""
        for verdict in verdicts:
            self._decide(subject, verdict, key, view, now_ms)

    def absorb(self, row: PersonRow, waiting: Waiting, key: bytes, view: View, now_ms: int) -> None:
        """End a wait: another message says it."""
        subject = kept_subject(view, key, waiting.id, is_nudge=waiting.is_nudge)
        self.refuse(subject, refusals(waiting.channels, "absorbed"), key, view, now_ms)
        _end(row, waiting, key, view)

    def _look(self, row: PersonRow, waiting: Waiting, handover: Handover, key: bytes, view: View, now_ms: int) -> None:
        subject = kept_subject(view, key, waiting.id, is_nudge=waiting.is_nudge)
        contact: Contact | None = view.rows(PROFILES).get(key)
        message: Message | None = None
        later: dict[Channel, int] = {}
        for verdict in weigh(self._manners, subject, waiting, contact, row, now_ms):
            if isinstance(verdict, Later):
                later[verdict.channel] = verdict.until_ms
                continue
            self._decide(subject, verdict, key, view, now_ms)
            if verdict.because is None and contact is not None:
                if not waiting.released:
                    row.released = noted(self._manners.cap, row.released, now_ms)
                    waiting.released = True
                message = message or handover.message(subject, contact)
                handover.first(subject, verdict, message)
        if later:
            waiting.channels, waiting.due_ms = [*later], min(later.values())
        else:
            _end(row, waiting, key, view)

    def _decide(self, subject: Subject, verdict: Verdict, key: bytes, view: View, now_ms: int) -> None:
        decision = Decision(
            id=decision_id(subject.id, verdict.channel),
            contact_id=subject.contact_id,
            subject="crossing" if isinstance(subject, MilestoneCrossed) else "nudge",
            subject_id=subject.id,
            milestone=subject.milestone,
            occurrence=subject.occurrence,
            channel=verdict.channel,
            send=verdict.because is None,
            because=verdict.because,
            detail=verdict.detail,
            decided_at=rfc3339(now_ms),
            rules_version=self._manners.version,
        )
        view.emit(self._names.decisions, key, encode_decision(decision))
        view.count(DECISIONS, 1, (verdict.channel, verdict.because or "sent"))


def _end(row: PersonRow, waiting: Waiting, key: bytes, view: View) -> None:
    row.waiting = [each for each in row.waiting if each.id != waiting.id]
    let_go(view, key, waiting.id, row)
