"""The two records that erase a contact: the change that workers obey, and the tombstone of its profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.cli.write_record import RecordWriter, Written
from schemas.contact_change import encode_change
from schemas.topics import CONTACT_CHANGES, CONTACTS

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from schemas.contact_change import ContactChange
    from stream.runtime.settings import Settings


def write_erasure(clients: Clients, settings: Settings, change: ContactChange) -> list[Written]:
    """Write both, the change first: with it alone nothing more is counted, and to run it again does no harm.

    Raises:
        CairnError: exit 3 when a topic is missing, and nothing is written; 4 when a record is not acknowledged.
    """
    changes, contacts = settings.prefixed(CONTACT_CHANGES), settings.prefixed(CONTACTS)
    writer = RecordWriter(clients, changes, contacts, again="erasing a contact twice does no harm")
    key = change.contact_id.encode()
    return [
        writer.write("erasure", changes, key, encode_change(change)),
        writer.write("tombstone", contacts, key, None),
    ]
