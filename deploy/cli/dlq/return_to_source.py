"""Dead letters produced again to their source topic, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deploy.cli.dlq.last_replay import note_replay, replays
from deploy.cli.dlq.letter import Letter
from schemas.dead_letter import replay_headers
from schemas.errors import CairnError
from schemas.reaction import address_of
from schemas.topics import REACTIONS
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from confluent_kafka import Producer

    from deploy.cli.clients import Clients
    from deploy.cli.topic_records import Span
    from stream.runtime.settings import Settings

_PATIENCE = 60.0
"""Seconds that opening and committing may each take."""


def return_to_source(
    clients: Clients, settings: Settings, letters: Sequence[Letter], topic: str, spans: Mapping[int, Span]
) -> None:
    """Send `letters` back: all are visible afterwards, or (with a `CairnError`) none is.

    The partition follows from the key, by murmur2: a record rejected for standing in the wrong partition arrives in the
    right one. One transactional id for all replays, so that a second one at the same time stops the first. That the
    dead-letter topic `topic` was replayed up to the ends of `spans` is noted in the same transaction.
    """
    from confluent_kafka import KafkaException

    producer = clients.producer(transactional_id=replays(settings))
    try:
        producer.init_transactions(_PATIENCE)
        producer.begin_transaction()
        for letter in letters:
            _produce(producer, letter, destination_of(letter, settings))
        note_replay(clients, settings, producer, topic, spans, _PATIENCE)
        producer.commit_transaction(_PATIENCE)
    except KafkaException as error:
        _give_up(producer)
        raise CairnError(
            f"nothing was replayed: {error.args[0].str()}",
            where=f"a transaction of {counted_topics(letters)}",
            fix="run it again; if another replay was running it may have stopped this one",
            exit=Exit.CANNOT_CONNECT,
        ) from error
    except KeyboardInterrupt:
        _give_up(producer)
        raise


def destination_of(letter: Letter, settings: Settings) -> str:
    """Return the full name of the topic that a letter goes back to.

    What one reaction could not handle goes to the topic of reactions: on its own it would be new to everybody.
    """
    if address_of(letter.headers) is not None:
        return settings.prefixed(REACTIONS)
    return letter.source_topic or ""


def counted_topics(letters: Sequence[Letter]) -> str:
    """`12 events to usage-events`."""
    topics = ", ".join(sorted({letter.source_topic or "" for letter in letters}))
    return f"{len(letters):,} events to {topics}"


def _produce(producer: Producer, letter: Letter, topic: str) -> None:
    headers: list[tuple[str, Any]] = [*replay_headers(letter.headers)]
    _when_there_is_room(producer, lambda: producer.produce(topic, letter.value, letter.key, headers=headers))


def _when_there_is_room(producer: Producer, produce: Callable[[], None]) -> None:
    while True:
        try:
            produce()
        except BufferError:
            producer.poll(0.1)
        else:
            return


def _give_up(producer: Producer) -> None:
    from confluent_kafka import KafkaException

    try:
        producer.abort_transaction(10)
    except KafkaException:
        # Then the broker aborts it at its timeout: in either case no reader sees it.
        return
