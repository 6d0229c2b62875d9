"""What the tracker reads, keeps and writes, on one screen."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from schemas.adoption import Adoption
from schemas.bounds import FOREVER_MS
from schemas.limits import DEFAULTS
from schemas.topics import (
    CONTACT_CHANGES,
    CONTACT_CHANGES_DLQ,
    CONTACTS,
    CONTACTS_DLQ,
    MILESTONE_CROSSED,
    MILESTONE_NUDGES,
    MILESTONE_RULES,
    TRACKER_APP,
    TRACKER_CHANGELOG,
    USAGE_EVENTS,
    USAGE_EVENTS_DLQ,
    prefixed,
)
from stream.core.progress import Progress, decode_progress, encode_progress
from stream.engine.topology import Input, Table, Timer, Topology
from stream.erasure_marks import ERASED as ERASED
from stream.erasure_marks import erased_table

PROGRESS = "progress"
ADOPTION = "adoption"
ADOPTION_KEY = b"rules"
SWEEP = "sweep"
SWEEP_KEY = b"sweep"
MEMBERS = "members"
DUE = "due"


class ProgressCodec:
    """A contact's row as the core encodes it."""

    encode = staticmethod(encode_progress)

    @staticmethod
    def decode(data: bytes) -> Progress:
        """Read a row. Earlier releases kept whatever sign-up was written: one that cannot be is none."""
        row = decode_progress(data)
        if row.signed_up_ms is not None and not DEFAULTS.earliest_sign_up_ms <= row.signed_up_ms <= FOREVER_MS:
            row.signed_up_ms = None
        return row


class AdoptionCodec:
    """The adopted rules of one task, as MessagePack."""

    encode = staticmethod(msgspec.msgpack.Encoder().encode)
    decode = staticmethod(msgspec.msgpack.Decoder(Adoption).decode)


class Sweep(msgspec.Struct, array_like=True, frozen=True):
    """How far the walk over all rows has come that a version of the rules asked for.

    `since` is the version in force before; every row up to the key `after` is done.
    """

    since: int
    after: bytes = b""


class SweepCodec:
    """The sweep of one task, as MessagePack."""

    encode = staticmethod(msgspec.msgpack.Encoder().encode)
    decode = staticmethod(msgspec.msgpack.Decoder(Sweep).decode)


class MarkCodec:
    """A row whose key says everything."""

    @staticmethod
    def encode(row: bool) -> bytes:
        """Nothing."""
        return b""

    @staticmethod
    def decode(data: bytes) -> bool:
        """It is there."""
        return True


PROGRESS_TABLE: Table[Progress] = Table(PROGRESS, prefix=0x10, codec=ProgressCodec())
ADOPTION_TABLE: Table[Adoption] = Table(ADOPTION, prefix=0x11, codec=AdoptionCodec(), cached=False)
SWEEP_TABLE: Table[Sweep] = Table(SWEEP, prefix=0x12, codec=SweepCodec(), cached=False)
MEMBERS_TABLE: Table[bool] = Table(MEMBERS, prefix=0x13, codec=MarkCodec())
ERASED_TABLE = erased_table(0x14)


@dataclass(frozen=True, slots=True)
class Names:
    """The topics of one tracker, with their prefix."""

    events: str
    contacts: str
    changes: str
    rules: str
    crossed: str
    nudges: str

    @classmethod
    def of(cls, prefix: str) -> Names:
        """The names under a topic prefix."""
        topics = (USAGE_EVENTS, CONTACTS, CONTACT_CHANGES, MILESTONE_RULES, MILESTONE_CROSSED, MILESTONE_NUDGES)
        return cls(*(prefixed(prefix, each) for each in topics))


def tracker_topology(prefix: str = "", app_id: str = TRACKER_APP) -> Topology:
    """Return the tracker's topology, every name with the prefix.

    `app_id` names the group; the changelog's name starts with it, so two trackers on one cluster do not meet.
    """
    names = Names.of(prefix)
    changelog = TRACKER_CHANGELOG.replace(TRACKER_APP, app_id, 1)
    return Topology(
        app=prefixed(prefix, app_id),
        inputs=(
            Input(names.events, lead=True, dead_letters=prefixed(prefix, USAGE_EVENTS_DLQ)),
            Input(names.contacts, table=True, dead_letters=prefixed(prefix, CONTACTS_DLQ)),
            Input(names.changes, dead_letters=prefixed(prefix, CONTACT_CHANGES_DLQ)),
            Input(names.rules, broadcast=True),
        ),
        outputs=(names.crossed, names.nudges),
        tables=(PROGRESS_TABLE, ADOPTION_TABLE, SWEEP_TABLE, MEMBERS_TABLE, ERASED_TABLE),
        timers=(Timer(DUE, prefix=0x20, table=PROGRESS),),
        changelog=prefixed(prefix, changelog),
    )
