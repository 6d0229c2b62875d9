"""What recent records say of their producers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deploy.cli.doctor.check import Mark
from deploy.cli.doctor.records import contract, keys, partitioner
from schemas.limits import DEFAULTS, Limits
from schemas.partitioner import partition_of

Make = Callable[..., Any]
NOW = 1_790_000_000_000


def test_nothing_to_look_at_is_no_verdict(record: Make) -> None:
    """Without records the checks are skipped, not passed."""
    assert [check.mark for check in (keys([]), partitioner([], 4), contract([], NOW, DEFAULTS))] == [Mark.SKIP] * 3


def test_sound_records_pass(record: Make) -> None:
    """Keyed, well placed, sound."""
    records = [record(partition=partition_of(b"c-1", 4))]

    assert [check.mark for check in (keys(records), partitioner(records, 4), contract(records, NOW, DEFAULTS))] == [
        Mark.OK
    ] * 3


def test_null_keys_are_counted_with_the_last_place(record: Make) -> None:
    """How many of how many, where the last one lies, and the cure."""
    check = keys([record(), record(None, partition=2, offset=7)])

    assert (check.mark, check.finding) == (Mark.FAIL, "1 of 2 records have no key, the last at usage-events 2:7")
    assert "key = contact_id" in (check.cure or "")


def test_records_astray_are_found(record: Make) -> None:
    """A record where murmur2 would not put it names the partitioner as the cure; null keys are not judged here."""
    wrong = (partition_of(b"c-1", 4) + 1) % 4
    check = partitioner([record(partition=wrong), record(None)], 4)

    assert (check.mark, "1 of 1 record" in check.finding) == (Mark.FAIL, True)
    assert "murmur2_random" in (check.cure or "")


def test_unsound_records_are_counted_by_code(record: Make) -> None:
    """The share, the codes, the last message, and the cure of the commonest code."""
    check = contract([record(), record(value=b"oops"), record(value=b"[]"), record(value=b"x")], NOW, DEFAULTS)

    assert check.mark is Mark.FAIL
    assert check.finding.startswith("3 of 4 would be rejected (2 not_json, 1 not_an_object)")


def test_records_are_judged_by_the_limits_of_the_tracker(record: Make) -> None:
    """A tracker that is set to take less rejects what the contract's defaults would let in."""
    check = contract([record()], NOW, Limits(record_bytes=10))

    assert (check.mark, "1 too_large" in check.finding) == (Mark.FAIL, True)
