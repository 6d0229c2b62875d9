"""The celebration decision: the one final yes or no for a crossing or nudge on a channel, with its reason."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from schemas.channel import Channel
from schemas.milestone_crossed import Positive
from schemas.moment import Rfc3339
from schemas.name_id import name_id
from schemas.own_record import OwnRecord
from schemas.written import written

Subject = Literal["crossing", "nudge"]
No = Literal[
    "absorbed",
    "audience",
    "channel_off",
    "consent",
    "contact_unknown",
    "held_out",
    "muted",
    "not_celebrated",
    "over_cap",
    "reached",
    "retired",
    "stale",
    "suppressed",
    "too_many",
    "unreachable",
]
"""Why nothing is sent.

    absorbed          `absorbed_by` was sent on this channel instead: a higher crossing of the event, or of the metric
    audience          the milestone is not for this contact
    channel_off       the milestone, or its tier, does not use this channel
    consent           the profile does not agree to the channel
    contact_unknown   there was no profile within the grace
    held_out          the contact belongs to those who are never messaged
    muted             the contact has muted everything
    not_celebrated    the crossing itself says so, and why
    over_cap          the contact had enough messages until `until`; the cap drops the rest, or it is stale by then
    reached           of a nudge: the contact has reached the milestone meanwhile
    retired           the milestone was retired meanwhile
    stale             it waited longer than the milestone stays fresh
    suppressed        the contact has unsubscribed, complained, or the address is dead
    too_many          more waited at once than is kept of a contact
    unreachable       the profile has no address for the channel
"""


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One decision, its fields in the order they are written. It holds no email, token or name.

    `because` is there exactly when `send` is false; `detail` is the reason within the reason, such as the crossing's
    own `history_incomplete`. `absorbed_by` is there exactly with `absorbed`, but for decisions of an earlier release.
    """

    schema_version: Literal[1] = written(1)
    id: str
    contact_id: str
    subject: Subject
    subject_id: Annotated[str, Meta(description="The id of the crossing or nudge")]
    milestone: str
    occurrence: Positive
    channel: Channel
    send: bool
    because: No | None = None
    detail: str | None = None
    decided_at: Rfc3339
    rules_version: int
    absorbed_by: Annotated[
        str | None,
        Meta(description="Of absorbed: the id of the crossing or nudge that this channel has sent instead"),
    ] = None
    bundled_with: Annotated[
        str | None,
        Meta(description="Of a yes: the id of the crossing whose message on this channel tells this one in a line"),
    ] = None
    until: Annotated[Rfc3339 | None, Meta(description="Of over_cap: when the cap has room again")] = None


@lru_cache(maxsize=1 << 9)
def decision_id(subject_id: str, channel: Channel) -> str:
    """Return the id of a decision, the same in every replay: UUIDv5 of the compact JSON ["decision", subject, channel].

    The subject's id is a name of its own for each life of a contact, so this one is too. A decision and its deliveries
    ask for the same one, and a look has three of each thing that waits.
    """
    return name_id(["decision", subject_id, channel])


def encode_decision(decision: Decision) -> bytes:
    """Return the record's value: compact JSON."""
    return _ENCODER.encode(decision)


class Decided:
    """What the decisions on one subject have in common, encoded once for all of its channels."""

    __slots__ = ("_about", "_by")

    def __init__(
        self,
        subject: Subject,
        subject_id: str,
        contact_id: str,
        milestone: str,
        occurrence: int,
        decided_at: str,
        rules_version: int,
    ) -> None:
        self._about = _ENCODER.encode(_About(contact_id, subject, subject_id, milestone, occurrence))[1:-1]
        self._by = b'"decided_at":"%b","rules_version":%d}' % (decided_at.encode(), rules_version)

    def encode(self, decision: str, channel: Channel, because: No | None = None) -> bytes:
        """Return what `encode_decision` gives of the decision with this id that says no more than yes, or why not."""
        answer = b"true" if because is None else _BECAUSE[because]
        return _DECIDED % (decision.encode(), self._about, channel.encode(), answer, self._by)


def decode_decision(value: bytes) -> Decision:
    """Read a record's value; unknown fields are ignored.

    Raises:
        msgspec.DecodeError: it is not JSON, or no sound decision.
    """
    return _RECORD.read(value)


class _About(msgspec.Struct):
    """The fields of a decision that tell its subject, in their order."""

    contact_id: str
    subject: Subject
    subject_id: str
    milestone: str
    occurrence: int


_DECIDED = b'{"schema_version":1,"id":"%b",%b,"channel":"%b","send":%b,%b'
_BECAUSE = {because: b'false,"because":"%b"' % because.encode() for because in get_args(No)}
_ENCODER = msgspec.json.Encoder()
_RECORD = OwnRecord(Decision)
