"""Deliveries go out to the dispatchers, and out again, until a final receipt says what became of each."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.channel import Channel
from schemas.contact import Contact
from schemas.decision import decision_id
from schemas.delivery import Target, encode_addressed
from schemas.milestone_crossed import MilestoneCrossed
from schemas.moment import rfc3339
from schemas.receipt import Receipt, encode_receipt, receipt_id
from stream.core.celebration.again import GivenUp, weigh_again
from stream.core.celebration.compose import addressed
from stream.core.celebration.look import Sent
from stream.core.celebration.manner import Manners
from stream.core.celebration.out import MOST_OUT, Bundle, Out
from stream.core.celebration.path import path_to
from stream.core.celebration.person import PersonRow
from stream.core.celebration.subject import Subject, reached_by
from stream.core.celebration.verdict import Later
from stream.engine.view import View
from stream.planner.kept import close_out, kept_subject, profile_of
from stream.planner.topology import Names
from stream.runtime.metrics import LINES_DROPPED, RECEIPTS, RELEASED


class Handover:
    """Hands out the deliveries of one contact (`key`, `row`) under `manners`; `now_ms` is the task's clock."""

    def __init__(self, names: Names, manners: Manners, key: bytes, row: PersonRow, view: View, now_ms: int) -> None:
        self._names = names
        self._manners = manners
        self.key = key
        self.row = row
        self._view = view
        self._now_ms = now_ms
        self._messages: dict[tuple[str, ...], bytes] = {}
        """Encoded, by the ids of what they tell: every channel and place of one look is told the same."""

    def first(self, sent: Sent, contact: Contact) -> None:
        """Hand out one delivery for each place that a yes reaches."""
        lead, channel = sent.lead.subject, sent.verdict.channel
        lines = [each.subject for each in sent.lines]
        message = self._message([lead, *lines], contact)
        give_up_ms = self._manners.timing.give_up_ms
        for target in sent.verdict.targets:
            made_id = self._release(lead, channel, target, message, attempt=1)
            self.row.out.append(Out.of(made_id, lead, channel, self._now_ms, give_up_ms))
        self._view.count(RELEASED, len(sent.verdict.targets), (channel,))
        if lines:
            self.row.bundles = [*self.row.bundles, Bundle(lead.id, channel, [each.id for each in lines])]
        while len(self.row.out) + self.row.lines_out > MOST_OUT:
            self._give_up(self.row.out[0], "too_many")

    def again(self) -> None:
        """Look at the deliveries that came back, or of which nothing was heard for too long."""
        for out in [each for each in self.row.out if each.due_ms <= self._now_ms]:
            self._again(out)

    def _again(self, out: Out) -> None:
        lead = kept_subject(self._view, self.key, out.subject, is_nudge=out.is_nudge)
        lines = [
            kept_subject(self._view, self.key, each, is_nudge=False) for each in self.row.also(out.subject, out.channel)
        ]
        contact = profile_of(self._view, self.key, self._now_ms)
        found = weigh_again(self._manners, [lead, *lines], out, contact, self.row, self._now_ms)
        if isinstance(found, Later):
            out.due_ms = found.until_ms
        elif isinstance(found, GivenUp):
            self._give_up(out, found.because)
        else:
            assert contact is not None  # noqa: S101 - a place was found in it
            out.handed_out_again(self._manners.timing.give_up_ms)
            for reason in found.dropped:
                self._view.count(LINES_DROPPED, 1, (out.channel, reason))
            message = self._message(found.told, contact)
            self._release(lead, out.channel, found.target, message, attempt=out.attempt)
            self._view.count(RELEASED, 1, (out.channel,))

    def _message(self, told: Sequence[Subject], contact: Contact) -> bytes:
        """Return what a contact is told now, encoded: the first, with the others as lines."""
        ids = tuple([each.id for each in told])
        message = self._messages.get(ids)
        if message is None:
            message = self._messages[ids] = self._composed(told, contact)
        return message

    def _composed(self, told: Sequence[Subject], contact: Contact) -> bytes:
        subject, *lines = told
        manner = self._manners.of(subject.milestone)
        assert manner is not None  # noqa: S101 - a yes was said under it
        before = path_to(told, self.row.history, self._manners, contact, self.row.numbers)
        also = [reached_by(each) for each in lines if isinstance(each, MilestoneCrossed)]
        return manner.composer.encoded(subject, contact, self.row.numbers, before, also)

    def _release(self, subject: Subject, channel: Channel, target: Target, message: bytes, attempt: int) -> str:
        lease_ms = self._manners.timing.lease_ms
        made = addressed(subject, channel, target, attempt=attempt, now_ms=self._now_ms, lease_ms=lease_ms)
        self._view.emit(self._names.deliveries[channel], self.key, encode_addressed(made, message))
        return made.id

    def _give_up(self, out: Out, because: str) -> None:
        """Write the last receipt of a delivery that no dispatcher ends, so that each has one."""
        attempt = out.attempt + out.is_deferred  # the one that would have been next
        receipt = Receipt(
            id=receipt_id(out.id, attempt),
            delivery_id=out.id,
            decision_id=decision_id(out.subject, out.channel),
            contact_id=self.key.decode(),
            channel=out.channel,
            attempt=attempt,
            outcome="expired",
            code=because,
            released_at=rfc3339(out.since_ms),
            at=rfc3339(self._now_ms),
        )
        self._view.emit(self._names.receipts, self.key, encode_receipt(receipt))
        self._view.count(RECEIPTS, 1, (out.channel, "expired"))
        close_out(self._view, self.key, out, self.row)
