"""What a program wrote, to be compared: counts, and a digest that does not depend on the order. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import msgspec

from schemas.dead_letter import MESSAGE, OURS
from schemas.record import Record

_DECODE = msgspec.json.Decoder(float_hook=Decimal).decode
_ENCODE = msgspec.json.Encoder(order="sorted").encode
_MODULUS = 1 << 64


@dataclass(frozen=True, slots=True)
class Outcome:
    """By kind of record (`crossings`, `nudges`, `letters`) how many there are, and the digest of all."""

    counts: dict[str, int] = field(default_factory=dict)
    digests: dict[str, int] = field(default_factory=dict)

    def same_as(self, other: Outcome) -> bool:
        """Whether the two say the same; a kind that one does not have is one of which it wrote nothing."""
        return self._written() == other._written()

    def _written(self) -> dict[str, tuple[int, int]]:
        return {kind: (count, self.digests[kind]) for kind, count in self.counts.items() if count}

    def __str__(self) -> str:
        kinds = (f"{count:,} {kind} ({self.digests[kind]:016x})" for kind, count in self.counts.items() if count)
        return ", ".join(kinds) or "nothing"


def outcome_of(found: Mapping[str, Sequence[Record]], *, strict: bool) -> Outcome:
    """Return the outcome of records by kind.

    Of a `strict` profile every field counts but the moment of detection, and of a dead letter but its sentence: those
    are the program's own. The peer of the bare profile says who and what threshold, so that is what counts there.
    """
    counts, digests = {}, {}
    for kind, records in found.items():
        said = [canonical(kind, record, strict=strict) for record in records]
        counts[kind] = len(said)
        # A sum, and not an exclusive or: that a record is there twice must show.
        digests[kind] = sum(int.from_bytes(blake2b(each, digest_size=8).digest(), "big") for each in said) % _MODULUS
    return Outcome(counts, digests)


def canonical(kind: str, record: Record, *, strict: bool) -> bytes:
    """Return what a record says, the same whoever wrote it."""
    if kind == "letters":
        own = {name: value for name, value in record.headers() or [] if name != MESSAGE}
        reason = [(name, (own.get(name) or b"").decode()) for name in OURS if name != MESSAGE]
        return _ENCODE([record.key(), record.value(), reason])
    fields: dict[str, Any] = _DECODE(record.value() or b"")
    if strict:
        del fields["detected_at"]
    else:
        fields = {"contact_id": fields["contact_id"], "threshold": fields["threshold"]}
    return (record.key() or b"") + b"\n" + _ENCODE(_plain(fields))


def _plain(value: Any) -> Any:
    """Numbers as the same text whether somebody wrote 3.50 or 3.5."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
