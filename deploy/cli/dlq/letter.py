"""One dead letter as `cairn dlq` works with it: the record as it came, and why it was rejected. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.contact import PASSED_OVER
from schemas.dead_letter import OURS, reason_of
from schemas.record import Record
from schemas.reject_codes import CODES
from schemas.topics import USAGE_EVENTS

UNKNOWN = "unknown"
"""The code of a record in the dead-letter topic that Cairn did not put there."""


@dataclass(frozen=True)
class Letter:
    """`key`, `value` and `headers` are those of the dead letter, byte for byte; ours stand last among the headers."""

    partition: int
    offset: int
    rejected_at: int
    """Epoch milliseconds."""
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    code: str
    message: str
    pointer: str
    source_topic: str | None
    source: str
    """Where it was read from: `usage-events 3:88121`."""
    attempt: int

    @property
    def position(self) -> str:
        """`partition:offset` in the dead-letter topic, as `cairn dlq show` takes it."""
        return f"{self.partition}:{self.offset}"

    @property
    def original_headers(self) -> tuple[tuple[str, bytes], ...]:
        """The headers that the record came with."""
        return tuple((name, value) for name, value in self.headers if name not in OURS)

    @property
    def cure(self) -> str | None:
        """How to mend what `code` says; None for a code that this release does not know."""
        known = CODES.get(self.code)
        return known.cure if known is not None else None


def letter_of(record: Record) -> Letter:
    """Read one record of a dead-letter topic. Never fails: a record that is no dead letter gets the code `unknown`."""
    headers = tuple(record.headers() or ())
    reason = reason_of(headers)
    return Letter(
        partition=record.partition(),
        offset=record.offset(),
        rejected_at=record.timestamp()[1],
        key=record.key(),
        value=record.value(),
        headers=headers,
        code=reason.code if reason else UNKNOWN,
        message=reason.message if reason else "this record has no headers of a dead letter",
        pointer=reason.pointer if reason else "",
        source_topic=reason.topic if reason else None,
        source=f"{reason.topic} {reason.partition}:{reason.offset}" if reason else UNKNOWN,
        attempt=reason.attempt if reason else 0,
    )


def refusal(letter: Letter, *, force: bool = False) -> str | None:
    """Why this letter must not go back to its input; None if it may. `force` lets pass what would be rejected again."""
    if letter.source_topic is None:
        return "it does not say which topic it came from"
    if letter.code == "oversize":
        return f"it only points to a record that was too large to copy, at {letter.source}"
    if letter.code == "bad_zone" and letter.source_topic.endswith(USAGE_EVENTS):
        return (
            "the event was counted without its zone: sent again it could count twice. Mend the field where the events "
            "come from"
        )
    if letter.pointer in PASSED_OVER and not force:
        return (
            "the profile was taken without this field: sent again it would stand over a newer one (--force sends it). "
            "Mend the field where the profile comes from and write the profile anew"
        )
    known = CODES.get(letter.code)
    if known is not None and not known.replayable and not force:
        return f"the same bytes would be rejected again (--force sends them). {known.cure}"
    return None


def counts(letters: Iterable[Letter]) -> dict[str, int]:
    """Letters by code, the commonest first."""
    result: dict[str, int] = {}
    for letter in letters:
        result[letter.code] = result.get(letter.code, 0) + 1
    return dict(sorted(result.items(), key=lambda item: (-item[1], item[0])))
