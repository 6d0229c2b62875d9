"""What is due of a contact is decided: final decisions go out, and what they say yes to is handed over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schemas.milestone_crossed import MilestoneCrossed
from stream.core.celebration.admit import admit, whole
from stream.core.celebration.look import Looked, look
from stream.core.celebration.manner import Manners
from stream.core.celebration.person import MOST_WAITING, PersonRow, new_person
from stream.core.celebration.rank import Candidate
from stream.core.celebration.settle import settle
from stream.core.celebration.subject import Subject
from stream.core.celebration.verdict import Verdict, refusals
from stream.engine.view import View
from stream.planner.decisions import Decisions
from stream.planner.due import keep_timer
from stream.planner.handover import Handover
from stream.planner.kept import keep_subject, kept_subject, kept_subjects, let_go, profiles_of
from stream.planner.topology import PEOPLE, Names


class Release:
    """Decides for one partition, under `manners`."""

    def __init__(self, names: Names, manners: Manners) -> None:
        self._names = names
        self._manners = manners

    def fire(self, dues: Sequence[tuple[bytes, int]], view: View, now_ms: int) -> None:
        """Look at everything of contacts of whom something is due, none of them twice; `now_ms` is the task's clock.

        What is alike is done for all of them before the next step: code and tables stay in the caches of the CPU, which
        takes a step to half its time and less; and rows are read with one multi-get for each table.
        """
        table = view.rows(PEOPLE)
        rows: dict[bytes, PersonRow] = table.claim([key for key, _ in dues], new_person)
        table.release(table.newcomers)
        fired = [(key, rows[key]) for key, due_ms in dues if key in rows and rows[key].timer_ms == due_ms]
        for _, row in fired:  # the others were ghosts
            row.timer_ms = 0
        handovers = [Handover(self._names, self._manners, key, row, view, now_ms) for key, row in fired]
        self._look(handovers, view, now_ms)
        for each in handovers:
            each.again()
        for key, row in fired:
            keep_timer(row, key, view)

    def admit(self, row: PersonRow, subject: Subject, value: bytes, key: bytes, view: View, now_ms: int) -> None:
        """Let a subject wait that may be celebrated; `value` is its record."""
        admit(self._manners, row, subject, now_ms)
        keep_subject(view, key, subject.id, value)
        if len(row.waiting) > MOST_WAITING:
            waiting = row.most_dispensable()
            given_up = kept_subject(view, key, waiting.id, is_nudge=waiting.is_nudge)
            self._refuse(given_up, refusals(waiting.channels, "too_many"), key, view, now_ms)
            row.waiting = [each for each in row.waiting if each.id != waiting.id]
            let_go(view, key, waiting.id, row)
        keep_timer(row, key, view)

    def refuse(
        self, row: PersonRow, subject: Subject, verdicts: Iterable[Verdict], key: bytes, view: View, now_ms: int
    ) -> None:
        """Write final decisions that need no look at the contact."""
        self._refuse(subject, verdicts, key, view, now_ms)
        if isinstance(subject, MilestoneCrossed) and subject.jump and subject.jump.top and row.waiting:
            whole(row, subject, max(now_ms, row.bundle_ends_ms))
            keep_timer(row, key, view)

    def _refuse(self, subject: Subject, verdicts: Iterable[Verdict], key: bytes, view: View, now_ms: int) -> None:
        decisions = self._decisions(view, now_ms)
        decisions.write([(subject, verdict) for verdict in verdicts], key)
        decisions.count()

    def _decisions(self, view: View, now_ms: int) -> Decisions:
        return Decisions(self._names.decisions, self._manners.version, view, now_ms)

    def _look(self, handovers: Sequence[Handover], view: View, now_ms: int) -> None:
        due = [each for each in handovers if [one for one in each.row.waiting if one.due_ms <= now_ms]]
        contacts = profiles_of(view, [each.key for each in due], now_ms)
        subjects = kept_subjects(view, [(each.key, one.id, one.is_nudge) for each in due for one in each.row.waiting])
        looks: list[tuple[Handover, Looked]] = []
        for each in due:
            candidates = [Candidate.of(self._manners, one, subjects[each.key, one.id]) for one in each.row.waiting]
            for one in candidates:
                one.waiting.is_major = one.is_major
            looks.append((each, look(self._manners, candidates, contacts.get(each.key), each.row, now_ms)))
        decisions = self._decisions(view, now_ms)
        for each, found in looks:
            decisions.write([(candidate.subject, verdict) for candidate, verdict in found.decided], each.key)
        decisions.count()
        for each, found in looks:
            contact = contacts.get(each.key)
            if contact is not None:
                for sent in found.sent:
                    each.first(sent, contact)
        for each, found in looks:
            for subject_id in settle(each.row, found, now_ms):
                let_go(view, each.key, subject_id, each.row)
