"""Final decisions go out: what is decided at one moment under the same rules."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.channel import Channel
from schemas.decision import Decided, Decision, decision_id, encode_decision
from schemas.moment import rfc3339
from stream.core.celebration.subject import Subject, is_nudge
from stream.core.celebration.verdict import Verdict
from stream.engine.view import View
from stream.runtime.metrics import DECISIONS

_NO_MORE = (None, None, None, None)
"""As nearly all are: what a verdict says beyond yes, or the reason for a no."""


class Decisions:
    """Writes decisions to `topic` as of `now_ms`, the task's clock."""

    def __init__(self, topic: str, rules_version: int, view: View, now_ms: int) -> None:
        self._topic = topic
        self._rules_version = rules_version
        self._view = view
        self._decided_at = rfc3339(now_ms)
        self._counts: dict[tuple[Channel, str], int] = {}

    def write(self, decided: Iterable[tuple[Subject, Verdict]], key: bytes) -> None:
        """Write decisions on what is of one contact; those on one subject stand together."""
        counts, emit, topic = self._counts, self._view.emit, self._topic
        last: Subject | None = None
        for subject, verdict in decided:
            channel, because = verdict.channel, verdict.because
            if subject is not last:
                common, last = self._decided(subject), subject
            if (verdict.detail, verdict.until_ms, verdict.absorbed_by, verdict.bundled_with) == _NO_MORE:
                value = common.encode(decision_id(subject.id, channel), channel, because)
            else:
                value = encode_decision(self._decision(subject, verdict))
            emit(topic, key, value)
            labels = channel, because or "sent"
            counts[labels] = counts.get(labels, 0) + 1

    def count(self) -> None:
        """Count what was written, each reason once for all contacts."""
        for labels, count in self._counts.items():
            self._view.count(DECISIONS, count, labels)

    def _decided(self, subject: Subject) -> Decided:
        return Decided(
            "nudge" if is_nudge(subject) else "crossing",
            subject.id,
            subject.contact_id,
            subject.milestone,
            subject.occurrence,
            self._decided_at,
            self._rules_version,
        )

    def _decision(self, subject: Subject, verdict: Verdict) -> Decision:
        return Decision(
            id=decision_id(subject.id, verdict.channel),
            contact_id=subject.contact_id,
            subject="nudge" if is_nudge(subject) else "crossing",
            subject_id=subject.id,
            milestone=subject.milestone,
            occurrence=subject.occurrence,
            channel=verdict.channel,
            send=verdict.because is None,
            because=verdict.because,
            detail=verdict.detail,
            decided_at=self._decided_at,
            rules_version=self._rules_version,
            absorbed_by=verdict.absorbed_by,
            bundled_with=verdict.bundled_with,
            until=None if verdict.until_ms is None else rfc3339(verdict.until_ms),
        )
