"""What the planner reads, keeps and writes, on one screen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import msgspec

from schemas.channel import CHANNELS, Channel
from schemas.contact import Profile
from schemas.topics import (
    CELEBRATION_DECISIONS,
    CONTACT_CHANGES,
    CONTACT_CHANGES_DLQ,
    CONTACTS,
    CONTACTS_DLQ,
    DELIVERIES,
    DELIVERY_RECEIPTS,
    DELIVERY_RECEIPTS_DLQ,
    MILESTONE_CROSSED,
    MILESTONE_CROSSED_DLQ,
    MILESTONE_NUDGES,
    MILESTONE_NUDGES_DLQ,
    MILESTONE_RULES,
    PLANNER_APP,
    PLANNER_CHANGELOG,
    prefixed,
)
from stream.core.celebration.person import PersonRow
from stream.engine.topology import Input, Table, Timer, Topology
from stream.erasure_marks import ERASED as ERASED
from stream.erasure_marks import erased_table

PEOPLE = "people"
PROFILES = "profiles"
SUBJECTS = "subjects"
DUE = "due"


class PersonCodec:
    """A contact's row as JSON, for the same reason: what was reached is said in exact numbers, of any size."""

    encode = staticmethod(msgspec.json.Encoder(decimal_format="number").encode)
    decode = staticmethod(msgspec.json.Decoder(PersonRow, float_hook=Decimal).decode)


class ProfileCodec:
    """A profile as JSON, a row of its own: attributes may be large, and most looks need none of it.

    Not as MessagePack: that has no decimals, and an attribute of 19.5 would come back as text, which is in no audience.
    """

    encode = staticmethod(msgspec.json.Encoder(decimal_format="number").encode)
    decode = staticmethod(msgspec.json.Decoder(Profile, float_hook=Decimal).decode)


class SubjectCodec:
    """The record of a crossing or nudge that waits, as it came."""

    encode = staticmethod(bytes)
    decode = staticmethod(bytes)


PEOPLE_TABLE: Table[PersonRow] = Table(PEOPLE, prefix=0x10, codec=PersonCodec())
PROFILES_TABLE: Table[Profile] = Table(PROFILES, prefix=0x11, codec=ProfileCodec(), cached=False)
SUBJECTS_TABLE: Table[bytes] = Table(SUBJECTS, prefix=0x12, codec=SubjectCodec(), cached=False)
ERASED_TABLE = erased_table(0x13)


@dataclass(frozen=True, slots=True)
class Names:
    """The topics of one planner, with their prefix."""

    crossed: str
    nudges: str
    contacts: str
    changes: str
    rules: str
    decisions: str
    receipts: str
    deliveries: dict[Channel, str]

    @classmethod
    def of(cls, prefix: str) -> Names:
        """The names under a topic prefix."""
        return cls(
            crossed=prefixed(prefix, MILESTONE_CROSSED),
            nudges=prefixed(prefix, MILESTONE_NUDGES),
            contacts=prefixed(prefix, CONTACTS),
            changes=prefixed(prefix, CONTACT_CHANGES),
            rules=prefixed(prefix, MILESTONE_RULES),
            decisions=prefixed(prefix, CELEBRATION_DECISIONS),
            receipts=prefixed(prefix, DELIVERY_RECEIPTS),
            deliveries={channel: prefixed(prefix, DELIVERIES[channel]) for channel in CHANNELS},
        )


def planner_topology(prefix: str = "", app_id: str = PLANNER_APP) -> Topology:
    """Return the planner's topology, every name with the prefix.

    `app_id` names the group; the changelog's name starts with it, so two planners on one cluster do not meet.
    """
    names = Names.of(prefix)
    return Topology(
        app=prefixed(prefix, app_id),
        inputs=(
            Input(names.crossed, lead=True, dead_letters=prefixed(prefix, MILESTONE_CROSSED_DLQ)),
            Input(names.nudges, dead_letters=prefixed(prefix, MILESTONE_NUDGES_DLQ)),
            Input(names.contacts, table=True, dead_letters=prefixed(prefix, CONTACTS_DLQ)),
            Input(names.changes, dead_letters=prefixed(prefix, CONTACT_CHANGES_DLQ)),
            Input(names.receipts, dead_letters=prefixed(prefix, DELIVERY_RECEIPTS_DLQ)),
            Input(names.rules, broadcast=True),
        ),
        outputs=(names.decisions, names.receipts, names.changes, *names.deliveries.values()),
        tables=(PEOPLE_TABLE, PROFILES_TABLE, SUBJECTS_TABLE, ERASED_TABLE),
        timers=(Timer(DUE, prefix=0x20, table=PEOPLE),),
        changelog=prefixed(prefix, PLANNER_CHANGELOG.replace(PLANNER_APP, app_id, 1)),
    )
