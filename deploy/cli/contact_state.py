"""What the tracker knows of one contact, read from its topics while the workers go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from deploy.cli.topic_records import Span, TopicRecords
from schemas.milestone_crossed import MilestoneCrossed, crossing_id, decode_crossing
from schemas.moment import parse_rfc3339
from schemas.partitioner import partition_of
from stream.core.erased import Erased, ErasureHash
from stream.engine.rows import newer_format
from stream.tracker.topology import ADOPTION_KEY, ADOPTION_TABLE, ERASED_TABLE, PROGRESS_TABLE, tracker_topology

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from schemas.adoption import Adoption
    from schemas.record import Record
    from stream.core.progress import Progress
    from stream.engine.topology import Table, Topology
    from stream.runtime.settings import Settings


@dataclass(frozen=True)
class ContactState:
    """`row` is None for a contact of whom nothing was counted; `adoption` names the numbers in it.

    `erased` says that it was erased; a row beside it is of a later life.
    """

    partition: int
    row: Progress | None
    adoption: Adoption | None
    crossings: tuple[MilestoneCrossed, ...]
    erased: Erased | None = None


def read_contact(clients: Clients, settings: Settings, contact_id: str) -> ContactState:
    """Read the contact's partition of the changelog and of the crossings, to where they end now.

    Raises:
        CairnError: exit 3 for a topic that is missing or a row format of a newer release, 4 when reading fails.
    """
    topology = tracker_topology(settings.topics.prefix, settings.tracker.app_id)
    key = contact_id.encode()
    with closing(TopicRecords(clients, topology.changelog)) as changelog:
        # The high watermark: what a worker has sent but not committed yet is waited for.
        spans = changelog.spans(uncommitted=True)
        partition = partition_of(key, len(spans))
        mark_key = ErasureHash(settings.tracker.erasure_secret).of(key)
        wanted = ((PROGRESS_TABLE, key), (ADOPTION_TABLE, ADOPTION_KEY), (ERASED_TABLE, mark_key))
        row, adoption, erased = last_rows(changelog.read({partition: spans[partition]}), topology, wanted)
    with closing(TopicRecords(clients, topology.outputs[0])) as crossed:
        only = {partition: crossed.spans().get(partition, Span(0, 0))}
        crossings = tuple(_crossings(crossed.read(only), key))
    if row is not None and row.life > 1:
        # Those of earlier lives are on the topic too; an id tells of which life it is.
        crossings = tuple(
            each for each in crossings if each.id == crossing_id(contact_id, each.milestone, each.occurrence, row.life)
        )
    return ContactState(partition, row, adoption, crossings, erased)


def last_rows(
    records: Iterator[Record], topology: Topology, wanted: Sequence[tuple[Table[Any], bytes]]
) -> tuple[Any, ...]:
    """The last row for each wanted table and key among the records of a changelog partition; None where there is none.

    Raises:
        CairnError: exit 3 for a row format of a newer release.
    """
    last: dict[bytes, bytes | None] = {table.prefix_bytes + key: None for table, key in wanted}
    for record in records:
        found = record.key()
        if found in last:
            last[found] = record.value()
    return tuple(decoded_row(table, last[table.prefix_bytes + key], topology) for table, key in wanted)


Row = TypeVar("Row")


def decoded_row(table: Table[Row], data: bytes | None, topology: Topology) -> Row | None:
    """The row that a changelog record holds; None without one. Raises `CairnError` (exit 3) for a newer format."""
    if data is None:
        return None
    if data[0] not in topology.formats.reads:
        raise newer_format(table.name, data[0], topology.formats)
    return table.codec.decode(data[1:])


def _crossings(records: Iterator[Record], key: bytes) -> Iterator[MilestoneCrossed]:
    for record in records:
        value = record.value()
        if record.key() == key and value is not None:
            try:
                crossing = decode_crossing(value)
                parse_rfc3339(crossing.occurred_at), parse_rfc3339(crossing.detected_at)
            except msgspec.DecodeError:
                # Written by somebody else, or by a later release: the row still tells what was reached.
                continue
            yield crossing
