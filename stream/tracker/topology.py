"""What the tracker reads, keeps and writes, on one screen."""

from __future__ import annotations

import msgspec

from schemas.topics import (
    MILESTONE_CROSSED,
    TRACKER_APP,
    TRACKER_CHANGELOG,
    USAGE_EVENTS,
    USAGE_EVENTS_DLQ,
    prefixed,
)
from stream.core.adoption import Adoption
from stream.core.progress import Progress, decode_progress, encode_progress
from stream.engine.topology import Input, Table, Topology

PROGRESS = "progress"
ADOPTION = "adoption"
ADOPTION_KEY = b"rules"


class ProgressCodec:
    """A contact's row as the core encodes it."""

    encode = staticmethod(encode_progress)
    decode = staticmethod(decode_progress)


class AdoptionCodec:
    """The adopted rules of one task, as MessagePack."""

    encode = staticmethod(msgspec.msgpack.Encoder().encode)
    decode = staticmethod(msgspec.msgpack.Decoder(Adoption).decode)


PROGRESS_TABLE: Table[Progress] = Table(PROGRESS, prefix=0x10, codec=ProgressCodec())
ADOPTION_TABLE: Table[Adoption] = Table(ADOPTION, prefix=0x11, codec=AdoptionCodec(), cached=False)


def tracker_topology(prefix: str = "", app_id: str = TRACKER_APP) -> Topology:
    """Return the tracker's topology, every name with the prefix.

    `app_id` names the group; the changelog's name starts with it, so two trackers on one cluster do not meet.
    """
    changelog = TRACKER_CHANGELOG.replace(TRACKER_APP, app_id, 1)
    return Topology(
        app=prefixed(prefix, app_id),
        inputs=(Input(prefixed(prefix, USAGE_EVENTS), lead=True, dead_letters=prefixed(prefix, USAGE_EVENTS_DLQ)),),
        outputs=(prefixed(prefix, MILESTONE_CROSSED),),
        tables=(PROGRESS_TABLE, ADOPTION_TABLE),
        changelog=prefixed(prefix, changelog),
    )
