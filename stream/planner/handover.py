"""Deliveries go out to the dispatchers, and out again, until a final receipt says what became of each."""

from __future__ import annotations

from schemas.channel import Channel
from schemas.contact import Contact
from schemas.decision import decision_id
from schemas.delivery import Delivery, Message, Target, encode_delivery
from schemas.moment import rfc3339
from schemas.receipt import Receipt, encode_receipt, receipt_id
from stream.core.celebration.again import GivenUp, weigh_again
from stream.core.celebration.compose import delivery
from stream.core.celebration.manner import Manners
from stream.core.celebration.out import MOST_OUT, Out
from stream.core.celebration.person import PersonRow
from stream.core.celebration.subject import Subject
from stream.core.celebration.verdict import Later, Verdict
from stream.engine.view import View
from stream.planner.kept import close_out, kept_subject
from stream.planner.topology import PROFILES, Names
from stream.runtime.metrics import RECEIPTS, RELEASED


class Handover:
    """Hands out the deliveries of one contact, under `manners`; `now_ms` is the task's clock."""

    def __init__(self, names: Names, manners: Manners, key: bytes, row: PersonRow, view: View, now_ms: int) -> None:
        self._names = names
        self._manners = manners
        self._key = key
        self._row = row
        self._view = view
        self._now_ms = now_ms

    def first(self, subject: Subject, verdict: Verdict, message: Message) -> None:
        """Hand out one delivery for each place that a yes reaches."""
        for target in verdict.targets:
            released = self._release(subject, verdict.channel, target, message, attempt=1)
            self._row.out = [*self._row.out, Out.of(released, subject, self._manners.timing.give_up_ms)]
        while len(self._row.out) > MOST_OUT:
            self._give_up(self._row.out[0], "too_many")

    def again(self, out: Out) -> None:
        """Look at a delivery that came back, or of which nothing was heard for too long."""
        subject = kept_subject(self._view, self._key, out.subject, is_nudge=out.is_nudge)
        contact: Contact | None = self._view.rows(PROFILES).get(self._key)
        found = weigh_again(self._manners, subject, out, contact, self._row, self._now_ms)
        if isinstance(found, Later):
            out.due_ms = found.until_ms
        elif isinstance(found, GivenUp):
            self._give_up(out, found.because)
        else:
            assert contact is not None  # noqa: S101 - a place was found in it
            out.handed_out_again(self._manners.timing.give_up_ms)
            self._release(subject, out.channel, found, self.message(subject, contact), attempt=out.attempt)

    def message(self, subject: Subject, contact: Contact) -> Message:
        """Return what a contact is told now."""
        manner = self._manners.of(subject.milestone)
        assert manner is not None  # noqa: S101 - a yes was said under it
        this = subject.milestone, subject.occurrence
        before = [each for each in self._row.history if (each.milestone, each.occurrence) != this]
        return manner.composer.message(subject, contact, self._row.numbers, before)

    def _release(self, subject: Subject, channel: Channel, target: Target, message: Message, attempt: int) -> Delivery:
        lease_ms = self._manners.timing.lease_ms
        made = delivery(subject, channel, target, message, attempt=attempt, now_ms=self._now_ms, lease_ms=lease_ms)
        self._view.emit(self._names.deliveries[channel], self._key, encode_delivery(made))
        self._view.count(RELEASED, 1, (channel,))
        return made

    def _give_up(self, out: Out, because: str) -> None:
        """Write the last receipt of a delivery that no dispatcher ends, so that each has one."""
        attempt = out.attempt + out.is_deferred  # the one that would have been next
        receipt = Receipt(
            id=receipt_id(out.id, attempt),
            delivery_id=out.id,
            decision_id=decision_id(out.subject, out.channel),
            contact_id=self._key.decode(),
            channel=out.channel,
            attempt=attempt,
            outcome="expired",
            code=because,
            released_at=rfc3339(out.since_ms),
            at=rfc3339(self._now_ms),
        )
        self._view.emit(self._names.receipts, self._key, encode_receipt(receipt))
        self._view.count(RECEIPTS, 1, (out.channel, "expired"))
        close_out(self._view, self._key, out, self._row)
