"""Dead letters of reactions: the record as it came, with the reason, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from schemas.dead_letter import dead_letter
from schemas.reaction import Address, without_address
from schemas.topics import REACTIONS_DLQ, TOPICS
from stream.reactions.reading import Reading
from stream.reactions.record import ReactionRecord

log = structlog.get_logger(__name__)

LIMIT = next(int(each.configs["max.message.bytes"]) for each in TOPICS if each.name == REACTIONS_DLQ)
"""Bytes of a record that the topic takes, as `cairn topics apply` makes it."""


async def set_aside(
    app: Reading, reaction: str, topic: str, record: ReactionRecord, code: str, message: str, pointer: str
) -> None:
    """Write the letter, and come back once the brokers have it.

    `topic` is what the reaction listens to, without prefix. The letter goes to the partition number of its record.

    Raises:
        Exception: whatever kept it from being written; the record is then not done.
    """
    letter = dead_letter(
        _Addressed(record.message, Address(reaction, topic)), code=code, message=message, pointer=pointer, limit=LIMIT
    )
    producer = await app.maybe_start_producer()
    await producer.send_and_wait(
        app.full(REACTIONS_DLQ), letter.key, letter.value, record.partition(), None, list(letter.headers)
    )
    log.warning(
        "set_aside",
        reaction=reaction,
        code=code,
        at=f"{record.topic()} {record.partition()}:{record.offset()}",
        then="cairn dlq list --topic reactions",
    )


@dataclass(frozen=True)
class _Addressed(ReactionRecord):
    """A record with the address of the reaction that could not handle it."""

    address: Address

    def headers(self) -> list[tuple[str, bytes]] | None:
        return [*without_address(super().headers()), *self.address.headers()]
