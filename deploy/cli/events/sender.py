"""Usage events on their way to the brokers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from deploy.cli.sender import Sender, Sent
from schemas.topics import USAGE_EVENTS

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from stream.runtime.settings import Settings


def event_sender(clients: Clients, settings: Settings) -> Sender:
    """A sender to usage-events; raises `CairnError` (exit 3) when the topic does not exist."""
    again = "with the same ids, for a repeat inside the dedupe window counts once"
    return Sender(clients, settings.prefixed(USAGE_EVENTS), what="events", again=again)


def event_id(sent: Sent) -> str | None:
    """The id of an event that was sent; None of what is no event."""
    try:
        found = msgspec.json.decode(sent.value, type=dict)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    name = found.get("id")
    return name if isinstance(name, str) else None


def event_document(sent: Sent) -> dict[str, Any]:
    """An event that was sent, for --json."""
    return {"contact_id": sent.contact, "id": event_id(sent), "partition": sent.partition, "offset": sent.offset}
