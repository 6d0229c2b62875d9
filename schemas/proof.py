"""Proofs about decoded events: which of a chunk are not certainly fine.

Each proof first tries the whole chunk at once, in C over joined bytes or texts, for a few tens of nanoseconds an event;
only if that fails does it look at each event. An answer is a list of positions in the chunk, empty when all are proven;
an event in it may still be fine.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from schemas.event_zone import zone_of
from schemas.limits import ID_BYTES, LARGEST, SMALLEST
from schemas.usage_event import CONTROL, RESERVED, UsageEvent

_UTF8_MOST = 4
"""Bytes of UTF-8 that one character takes at most."""
_FLAT = 2
"""Nesting of an event whose properties hold no object and no array."""
_NO_NUMBERS = frozenset((str, bool, type(None), dict, list))


def doubtful_ids(events: Sequence[UsageEvent], joined: bytes) -> list[int]:
    """Events whose ids may hold control characters or be over 256 bytes, given that none is over 256 characters.

    `joined` are the chunk's values. JSON text has no raw control characters below space, so bytes that are ASCII,
    without a backslash (an escape) and without DEL, cannot spell any.
    """
    if joined.isascii() and b"\\" not in joined and b"\x7f" not in joined:
        return []
    ids = [text for each in events for text in (each.id, each.source, each.contact_id, each.event)]
    together = "".join(ids)
    printable = together.isprintable() or not CONTROL.search(together)
    if printable and (together.isascii() or max(map(len, ids)) * _UTF8_MOST <= ID_BYTES):
        return []
    return [at for at, each in enumerate(events) if not _ids_fit(each)]


def doubtful_names(events: Sequence[UsageEvent]) -> list[int]:
    """Events with a name that applications may not use."""
    if RESERVED not in "".join([event.event for event in events]):
        return []
    return [at for at, event in enumerate(events) if event.event.startswith(RESERVED)]


def doubtful_zones(events: Sequence[UsageEvent]) -> list[int]:
    """Events with a zone that is not known as it is written."""
    zones: list[Any] = [event.time_zone for event in events]
    if zones.count(None) == len(zones):
        return []
    return [at for at, zone in enumerate(zones) if zone is not None and zone_of(zone) != zone]


def doubtful_keys(events: Sequence[UsageEvent], keys: Sequence[bytes]) -> list[int]:
    """Events whose contact id is not their record's key.

    Equal joins have equal parts if no part holds the separator.
    """
    joined = b"\n".join(keys)
    contact_ids = [event.contact_id for event in events]
    if "\n".join(contact_ids).encode() == joined and joined.count(b"\n") == len(keys) - 1:
        return []
    pairs = zip(contact_ids, keys, strict=True)
    return [at for at, (contact_id, key) in enumerate(pairs) if contact_id.encode() != key]


def doubtful_content(events: Sequence[UsageEvent], values: Sequence[bytes], nesting: int) -> list[int]:
    """Events whose nesting, numbers or UTF-8 may be at fault, given that the decoder checked what is no whole number.

    `values` are the bytes of the events.
    """
    if _contents_fit(events, values, nesting):
        return []
    pairs = zip(events, values, strict=True)
    return [at for at, (event, value) in enumerate(pairs) if not _contents_fit([event], [value], nesting)]


def _ids_fit(event: UsageEvent) -> bool:
    return all(
        len(text.encode()) <= ID_BYTES and not CONTROL.search(text)
        for text in (event.id, event.source, event.contact_id, event.event)
    )


def _contents_fit(events: Sequence[UsageEvent], values: Sequence[bytes], nesting: int) -> bool:
    joined = b"\n".join(values)
    properties = [event.properties for event in events]
    return (
        _is_utf8(joined)
        and _is_shallow(values, joined, properties, nesting)
        and _amounts_fit([event.value for event in events])
        and _numbers_fit(properties)
    )


def _is_utf8(joined: bytes) -> bool:
    """Of a field that it does not know, the decoder reads the grammar only."""
    try:
        joined.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_shallow(values: Sequence[bytes], joined: bytes, properties: Sequence[dict[str, Any]], nesting: int) -> bool:
    """Count brackets: those inside of texts only make the proof fail.

    Each value opens one, and one more if it has properties. If the chunk opens few more than that, even one value that
    opens them all is not too deep.
    """
    opened = joined.count(b"{")
    if b"[" in joined:
        opened += joined.count(b"[")
    if opened - len(values) - sum(map(bool, properties)) <= nesting - _FLAT:
        return True
    return all(value.count(b"{") + value.count(b"[") <= nesting for value in values)


def _amounts_fit(values: Sequence[Any]) -> bool:
    kinds = set(map(type, values))
    return not kinds & _NO_NUMBERS and (int not in kinds or _whole_fit(values))


def _numbers_fit(properties: Sequence[dict[str, Any]]) -> bool:
    values = list(chain.from_iterable(map(dict.values, properties)))
    kinds = set(map(type, values))
    if dict in kinds or list in kinds:
        return all(map(_members_fit, properties))
    return int not in kinds or _whole_fit(values)


def _whole_fit(values: Sequence[Any]) -> bool:
    numbers = [value for value in values if type(value) is int]
    return min(numbers) >= SMALLEST and max(numbers) <= LARGEST


def _members_fit(value: Any) -> bool:
    if type(value) is int:
        return SMALLEST <= value <= LARGEST
    if type(value) is dict:
        return all(map(_members_fit, value.values()))
    return type(value) is not list or all(map(_members_fit, value))
