"""Bad input stops nothing and loses nothing. Rule 4."""

from __future__ import annotations

import hashlib
import os
from zlib import crc32

import pytest
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from schemas.dead_letter import read_oversize, reason_of
from schemas.partitioner import partition_of
from stream.runtime.exits import Exit
from tests.system.crossings import assert_crossed_once, contacts, read_crossings, step
from tests.system.rig import Rig
from tests.system.usage import Usage, UsageProducer

pytestmark = pytest.mark.system

BAD = {
    "not_json": b"{",
    "not_an_object": b"[]",
    "field_missing": b'{"contact_id": "bad", "event": "documents_processed"}',
    "wrong_type": b'{"id": 7, "contact_id": "bad", "event": "documents_processed"}',
    "key_mismatch": b'{"id": "x", "contact_id": "somebody-else", "event": "documents_processed"}',
    "out_of_range": b'{"id": "x", "contact_id": "bad", "event": "documents_processed", "value": 1e400}',
    "too_deep": b'{"id": "x", "contact_id": "bad", "event": "e", "properties": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "too_large": b'{"id": "x", "padding": "' + b"x" * 200_000 + b'"}',
    "value_missing": None,
}


def test_every_bad_record_reaches_the_dead_letter_topic_as_it_was_and_the_rest_is_counted(rig: Rig) -> None:
    """Key, value and headers unchanged, the reason in headers, beside its partition; good records around it count."""
    names = contacts(60)
    rig.usage.send(step(names, "first"))
    for value in BAD.values():
        rig.usage.put(value, b"bad", headers=[("trace", b"t-1")])
        rig.usage.put(b'{"id": "fine"}', None, partition=1)
    rig.usage.send(step(names, "second"))
    rig.worker("a").wait_owning(4)
    rig.wait_processed()
    assert_crossed_once(rig, names)
    with rig.log(rig.letters) as log:
        letters = log.read_all()
    reasons = [reason_of(each.headers()) for each in letters]
    assert all(reason is not None for reason in reasons)
    by_code = {reason.code: each for reason, each in zip(reasons, letters, strict=True) if reason is not None}
    for code, value in BAD.items():
        letter = by_code[code]
        reason = reason_of(letter.headers())
        assert reason is not None
        assert (letter.key(), letter.value(), letter.headers()[0]) == (b"bad", value, ("trace", b"t-1"))
        assert (letter.partition(), reason.topic) == (reason.partition, rig.inputs)
    assert [each.code for each in reasons if each is not None].count("key_missing") == len(BAD)
    assert len(letters) == 2 * len(BAD)


def test_a_record_that_its_topic_took_and_no_dead_letter_can_hold_becomes_a_pointer(rig: Rig) -> None:
    """A record of over a megabyte, more than the dead-letter topic takes: a pointer with size and sum, and the loop
    goes on.

    Mutation: leave `message.max.bytes` of the producer at its default, or `limit` in `dead_letter` out: the batch is
    refused, folded again, refused again, for ever.
    """
    names = contacts(40)
    _configure(rig, rig.inputs, "max.message.bytes", "4000000")
    _configure(rig, rig.letters, "max.message.bytes", "100000")
    huge = os.urandom(1_500_000)
    rig.usage.send(step(names, "first"))
    big = UsageProducer(rig.bootstrap, rig.inputs, **{"message.max.bytes": 4_000_000})
    big.put(huge, b"bad")
    big.flush()
    rig.usage.send(step(names, "second"))
    rig.worker("a")
    rig.wait_processed()
    assert_crossed_once(rig, names)
    with rig.log(rig.letters) as log:
        (letter,) = log.read_all()
    reason = reason_of(letter.headers())
    pointer = read_oversize(letter.value())
    assert reason is not None
    assert reason.code == "oversize"
    assert (pointer.size, pointer.sha256) == (len(huge), hashlib.sha256(huge).hexdigest())
    assert (pointer.topic, pointer.partition, pointer.offset) == (rig.inputs, reason.partition, reason.offset)


def test_a_megabyte_that_fits_goes_to_the_dead_letters_whole(rig: Rig) -> None:
    """What the input's default limit takes, the dead-letter topic takes too, with the reason on top."""
    whole = os.urandom(1_040_000)
    big = UsageProducer(rig.bootstrap, rig.inputs, **{"message.max.bytes": 1_048_588})
    big.put(whole, b"bad")
    big.flush()
    rig.worker("a")
    rig.wait_processed()
    with rig.log(rig.letters) as log:
        (letter,) = log.read_all()
    assert letter.value() == whole


def test_a_record_that_breaks_the_core_goes_alone(rig: Rig) -> None:
    """The fold raises: the batch is folded record by record, the culprit is an `internal_error`, and every other
    counts once.
    """
    names = contacts(40)
    worker = rig.worker("a", mischief={"poison": "evil"}, dedupe_window=0).wait_owning(4)
    rig.usage.send([*step(names, "first"), Usage("evil-1", "x"), *step(names, "second"), Usage("evil-2", "y")])
    rig.wait_processed()
    assert_crossed_once(rig, names)
    with rig.log(rig.letters) as log:
        letters = log.read_all()
    assert sorted(each.key() for each in letters) == [b"evil-1", b"evil-2"]
    assert {reason.code for each in letters if (reason := reason_of(each.headers()))} == {"internal_error"}
    assert "ArithmeticError" in worker.said, "the traceback is in the log"
    assert b"ArithmeticError" not in b"".join(value for each in letters for _, value in each.headers())
    assert worker.stop() == Exit.OK


def test_a_release_that_breaks_on_every_record_stops_and_loses_none(rig: Rig) -> None:
    """More than ten contacts in a row are no bad records: POISONED, nothing of them is committed, and a sound release
    counts them all.
    """
    names = [f"evil-{number}" for number in range(80)]  # twenty for each partition
    worker = rig.worker("w", mischief={"poison": "evil"})
    rig.usage.send([*step(names, "first"), *step(names, "second")])
    assert worker.wait_exit() == Exit.POISONED
    rig.worker("w")
    rig.wait_processed()
    assert_crossed_once(rig, names)
    with rig.log(rig.letters) as log:
        assert log.read_all() == []


def _configure(rig: Rig, topic: str, name: str, value: str) -> None:
    entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
    for future in rig.admin.incremental_alter_configs([resource]).values():
        future.result(10)


def test_a_producer_with_librdkafkas_own_partitioner_makes_nobody_cross_twice(rig: Rig) -> None:
    """Contacts who are known, then events by a client that nobody has told of murmur2: each misplaced one is put aside.

    Mutation: look at a sample of the new keys only, and most of them cross again in a second partition.
    """
    names = contacts(400)
    rig.usage.send(step(names, "first"))
    rig.usage.send(step(names, "second"))
    rig.worker("a").wait_owning(4)
    rig.wait_processed()
    assert_crossed_once(rig, names)

    other = UsageProducer(rig.bootstrap, rig.inputs, partitioner="consistent_random")
    other.send([Usage(name, f"again-{name}", value=60) for name in names[:100]])
    rig.wait_processed()

    with rig.log(rig.letters) as log:
        letters = log.read_all()
    astray = [each for each in names[:100] if crc32(each.encode()) % 4 != partition_of(each.encode(), 4)]
    reasons = [reason_of(each.headers()) for each in letters]
    assert {reason.code for reason in reasons if reason is not None} == {"wrong_partition"}
    assert sorted(each.key().decode() for each in letters) == sorted(astray)
    ids = [each["id"] for each in read_crossings(rig)]
    assert len(ids) == len(set(ids))
