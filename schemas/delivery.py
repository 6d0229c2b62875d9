"""The delivery: one message to one place, handed to a dispatcher as a lease that ends at `send_by`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from schemas.channel import Channel
from schemas.contact import WebPushTarget
from schemas.milestone_crossed import MilestoneCrossed, Number, Positive
from schemas.milestone_nudge import MilestoneNudge
from schemas.moment import Rfc3339
from schemas.name_id import name_id
from schemas.own_record import OwnRecord
from schemas.target_digest import address_digest, target_digest
from schemas.written import written


class EmailTo(msgspec.Struct, frozen=True, kw_only=True, tag_field="channel", tag="email"):
    """A mailbox."""

    address: str


class WebPushTo(msgspec.Struct, frozen=True, kw_only=True, tag_field="channel", tag="web_push"):
    """A browser."""

    target: WebPushTarget


class MobilePushTo(msgspec.Struct, frozen=True, kw_only=True, tag_field="channel", tag="mobile_push"):
    """An app on a device."""

    token: str


Target = EmailTo | WebPushTo | MobilePushTo
"""One place that messages go to."""


class LinkTo(msgspec.Struct, frozen=True, kw_only=True):
    """A text that leads somewhere."""

    text: str
    url: str


class Reached(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A milestone that the contact reached, before this one or with it.

    `kind`, `metric` and `threshold` are as its crossing has them; they are missing in what was noted before they were
    fields. With `is_dated` false `occurred_at` is not when it was reached (imported, or adopted): it is told without a
    day. None: noted before that was asked.
    """

    milestone: str
    occurrence: Positive
    value: Number
    unit: str | None = None
    occurred_at: Rfc3339
    kind: str | None = None
    metric: str | None = None
    threshold: Number | None = None
    is_dated: bool | None = None


Forms = Annotated[dict[str, str], Meta(description="A text by plural category (CLDR); `other` is always there")]
"""As the milestones file has it, in the product's language, with its placeholders: who renders it fills them."""


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that a template needs, so that it looks nothing up; either `crossing` or `nudge` is there.

    `history` holds the milestones reached before, oldest first; `also` those of the bundle that this message tells too,
    in a line each, the highest first. `means` is ready to be shown, as releases before `means_forms` show it;
    `means_forms` is there where numbers are to be filled in, or the language's plural chooses. `titles` are by
    milestone, those of `history` and `also` among them, and `units` by the unit that the records name.
    """

    crossing: MilestoneCrossed | None = None
    nudge: MilestoneNudge | None = None
    product: Annotated[str, Meta(description="Its name")]
    product_url: str
    name: str | None = None
    locale: Annotated[str, Meta(description="BCP 47: the contact's, or else the product's")]
    time_zone: str
    means: str | None = None
    call_to_action: LinkTo | None = None
    ask: str | None = None
    resources: tuple[LinkTo, ...] = ()
    reward_code: str | None = None
    template: str | None = None
    history: tuple[Reached, ...] = ()
    also: tuple[Reached, ...] = ()
    means_forms: Forms | None = None
    titles: dict[str, Forms] = {}
    units: dict[str, Forms] = {}


class Addressed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A delivery but for its message, which all places and channels of one look have in common."""

    schema_version: Literal[1] = written(1)
    id: str
    decision_id: str
    contact_id: str
    attempt: Positive
    to: Target
    released_at: Rfc3339
    send_by: Rfc3339


class Delivery(Addressed, frozen=True, kw_only=True, omit_defaults=True):
    """One delivery, its fields in the order they are written; the topics that hold it keep addresses for 7 days.

    No attempt is made after `send_by`. `id` is the same in every attempt, so a repeat replaces what came before it.
    """

    message: Message


def delivery_id(decision_id: str, digest: str) -> str:
    """Return the id of a delivery, the same in every replay: UUIDv5 of the compact JSON ["delivery", decision, digest].

    `digest` is `digest_of` the place it goes to.
    """
    return name_id(["delivery", decision_id, digest])


def place_of(target: Target) -> str:
    """Return the address, endpoint or token that a place is."""
    match target:
        case EmailTo():
            return target.address
        case WebPushTo():
            return target.target.endpoint
        case _:
            return target.token


def digest_of(target: Target) -> str:
    """Return the digest that names a place where it must not stand itself (`schemas.target_digest`)."""
    if isinstance(target, EmailTo):
        return address_digest(target.address)
    return target_digest(target.token if isinstance(target, MobilePushTo) else target.target.endpoint)


def channel_of(delivery: Delivery) -> Channel:
    """Return the channel that carries it."""
    match delivery.to:
        case EmailTo():
            return "email"
        case WebPushTo():
            return "web_push"
        case _:
            return "mobile_push"


def encode_delivery(delivery: Delivery) -> bytes:
    """Return the record's value: compact JSON, a Decimal as a JSON number with exactly its digits."""
    return _ENCODER.encode(delivery)


def encode_message(message: Message) -> bytes:
    """Return a message as JSON, for `encode_addressed`."""
    return _ENCODER.encode(message)


def encode_addressed(addressed: Addressed, message: bytes) -> bytes:
    """Return what `encode_delivery` gives of the delivery of an encoded message.

    A message is ten times as long as an address, and goes to several: so it is written once for all of them.
    """
    return b'%b,"message":%b}' % (_ENCODER.encode(addressed)[:-1], message)


def decode_delivery(value: bytes) -> Delivery:
    """Read a record's value; unknown fields are ignored.

    Raises:
        msgspec.DecodeError: it is not JSON, or no sound delivery.
    """
    return _RECORD.read(value)


_ENCODER = msgspec.json.Encoder(decimal_format="number")
_RECORD = OwnRecord(Delivery)
