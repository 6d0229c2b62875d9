"""A delivery: what the message says, where it goes, until when."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Sequence

import msgspec

from schemas.channel import Channel
from schemas.contact import Contact
from schemas.decision import decision_id
from schemas.delivery import (
    Addressed,
    Delivery,
    LinkTo,
    Message,
    Reached,
    Target,
    delivery_id,
    digest_of,
    encode_message,
)
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestones.document import Document, MilestoneEntry
from schemas.moment import rfc3339
from schemas.time_zone import zone_or
from stream.core.celebration.audience import Audience, Numbers
from stream.core.celebration.file_words import FileWords, Means
from stream.core.celebration.form import Form
from stream.core.celebration.subject import Subject

_CODE_BYTES, _CODE_LETTERS = 10, 10
"""Of 32 letters each: 2^50 codes, so none is guessed, and one can be read out on the phone."""


class Composer:
    """Writes the messages of one milestone.

    `reward_key` is the secret of its reward codes; `words` are those of the document, None: they are read here.
    """

    __slots__ = (
        "_call_to_all",
        "_calls",
        "_document",
        "_entry",
        "_forms",
        "_means",
        "_resources",
        "_reward_key",
        "_words",
    )

    def __init__(
        self, document: Document, entry: MilestoneEntry, reward_key: str, words: FileWords | None = None
    ) -> None:
        self._document = document
        self._entry = entry
        self._reward_key = reward_key.encode()
        self._means = Means(entry.means)
        self._words = words or FileWords(document)
        self._resources = tuple(LinkTo(text=each.text, url=each.url) for each in entry.resources)
        call = entry.call_to_action
        self._call_to_all = LinkTo(text=call.text, url=call.url) if call else None
        variants = call.variants if call else ()
        self._calls = [(Audience(each.audience), LinkTo(text=each.text, url=each.url)) for each in variants]
        self._forms: dict[tuple[object, ...], Form] = {}
        """By all that the rest of a message follows from, which is of the file: so there are a few."""

    def message(
        self,
        subject: Subject,
        contact: Contact,
        numbers: Numbers,
        history: Sequence[Reached],
        also: Sequence[Reached] = (),
    ) -> Message:
        """Return what is said to a contact; `also` is told in a line each."""
        entry, product = self._entry, self._document.product
        crossing = subject if isinstance(subject, MilestoneCrossed) else None
        others = (*history, *also)
        return Message(
            crossing=crossing,
            nudge=None if isinstance(subject, MilestoneCrossed) else subject,
            product=product.name,
            product_url=product.url,
            name=contact.name,
            locale=contact.locale or product.locale,
            time_zone=zone_or(contact.time_zone, product.time_zone),
            means=self._means.text(subject),
            call_to_action=self._call(contact, numbers),
            ask=entry.ask if crossing else None,
            resources=self._resources,
            reward_code=self._reward_code(crossing) if crossing and crossing.reward else None,
            template=entry.template,
            history=tuple(history),
            also=tuple(also),
            means_forms=self._means.forms,
            titles=self._words.titles(subject.milestone, *[each.milestone for each in others]),
            units=self._words.units(subject.unit, *[each.unit for each in others]),
        )

    def encoded(
        self,
        subject: Subject,
        contact: Contact,
        numbers: Numbers,
        history: Sequence[Reached],
        also: Sequence[Reached] = (),
    ) -> bytes:
        """Return `message`, encoded: most tell of a crossing and of nothing beside it, and are a form filled in."""
        if history or also or not isinstance(subject, MilestoneCrossed):
            return encode_message(self.message(subject, contact, numbers, history, also))
        unit = subject.unit if self._words.inflects(subject.unit) else None
        call = self._call(contact, numbers) if self._calls else None
        kind = (subject.milestone, unit, call, contact.name is None, not subject.reward)
        form = self._forms.get(kind)
        if form is None:
            form = self._forms[kind] = Form(self.message(subject, contact, numbers, ()))
        product = self._document.product
        return form.filled(
            subject,
            contact.name,
            contact.locale or product.locale,
            zone_or(contact.time_zone, product.time_zone),
            self._means.text(subject),
            self._reward_code(subject) if subject.reward else None,
        )

    def _call(self, contact: Contact, numbers: Numbers) -> LinkTo | None:
        for audience, variant in self._calls:
            if audience.holds(contact.attributes, numbers):
                return variant
        return self._call_to_all

    def _reward_code(self, crossing: MilestoneCrossed) -> str:
        """HMAC-SHA-256 of the crossing's id: the same in every replay, and nobody can make one up."""
        digest = hmac.digest(self._reward_key, crossing.id.encode(), hashlib.sha256)
        return b32encode(digest[:_CODE_BYTES])[:_CODE_LETTERS].decode()


def delivery(
    subject: Subject, channel: Channel, target: Target, message: Message, *, attempt: int, now_ms: int, lease_ms: int
) -> Delivery:
    """Return the delivery of a message to a place, released now; its id is the same in every attempt."""
    made = addressed(subject, channel, target, attempt=attempt, now_ms=now_ms, lease_ms=lease_ms)
    return Delivery(**msgspec.structs.asdict(made), message=message)


def addressed(
    subject: Subject, channel: Channel, target: Target, *, attempt: int, now_ms: int, lease_ms: int
) -> Addressed:
    """Return the delivery of what is said of a subject to a place, but for the message."""
    decided = decision_id(subject.id, channel)
    return Addressed(
        schema_version=1,  # else a factory is called for it, at a third of the price of the whole
        id=delivery_id(decided, digest_of(target)),
        decision_id=decided,
        contact_id=subject.contact_id,
        attempt=attempt,
        to=target,
        released_at=rfc3339(now_ms),
        send_by=rfc3339(now_ms + lease_ms),
    )
