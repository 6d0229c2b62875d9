"""Ids that follow from what they name: the same on every machine and in every replay."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from hashlib import sha1

import msgspec

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "cairn-milestones")


def name_id(name: Sequence[str | int]) -> str:
    """Return the UUIDv5 (RFC 9562) of the compact JSON array of these elements, in UTF-8.

    It is what `uuid.uuid5` gives, at a third of its price: crossings come in the thousands when a new rule meets a
    backlog.
    """
    digest = sha1(NAMESPACE.bytes + msgspec.json.encode(name)).digest()  # noqa: S324 - RFC 9562 says SHA-1
    text = digest.hex()
    variant = "89ab"[digest[8] >> 4 & 3]
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"
