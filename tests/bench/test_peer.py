from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from schemas.topics import USAGE_EVENTS
from tests.bench.entry import Entry
from tests.bench.ground import Ground
from tests.bench.observation import Observation
from tests.bench.observer import watch
from tests.bench.odd_events import odd_events
from tests.bench.outcome import canonical
from tests.bench.peer_program import NEEDED, Peer
from tests.bench.peer_setting import PeerSetting
from tests.bench.product import tracker_entry
from tests.bench.profiles import FULL
from tests.bench.reader import Reader
from tests.bench.shape import Shape

PARTITIONS = 4
BY_KEY = -1
"""A partition for librdkafka to choose."""

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(
        any(shutil.which(each) is None for each in NEEDED), reason=f"needs {', '.join(NEEDED)} on the path"
    ),
    pytest.mark.timeout(900),
]


@pytest.fixture
def ground(kafka: str, prefix: str, tmp_path: Path) -> Iterator[Ground]:
    made = Ground(kafka, tmp_path, tmp_path, print, prefix)
    yield made
    made.close()


def test_the_peer_of_the_full_profile_writes_what_cairn_writes(ground: Ground, prefix: str) -> None:
    """Crossings, nudges and dead letters with all their fields, also of refunds, fractions, jumps, streaks, late
    events, repeats, zones and every fault: else the race would compare two different things."""
    sent = odd_events()
    ground.open(prefix, PARTITIONS)
    producer = ground.producer(partitioner="murmur2_random")
    for each in sent:
        partition = BY_KEY if each.partition is None else each.partition
        producer.produce(f"{prefix}{USAGE_EVENTS}", each.value, each.key, partition, headers=list(each.headers))
    assert producer.flush(30) == 0
    shape = Shape(FULL.name, 0, len(sent), PARTITIONS)
    ours = _written(ground, prefix, tracker_entry(ground, prefix, PARTITIONS, FULL.name, 1), len(sent))
    theirs = _written(ground, prefix, Peer.build().entry(ground, prefix, shape, PeerSetting(1, 0)), len(sent))
    for kind in ("crossings", "nudges", "letters"):
        assert sorted((theirs[kind] - ours[kind]).elements()) == []
        assert sorted((ours[kind] - theirs[kind]).elements()) == []
        assert ours[kind].total() > 10


def _written(
    ground: Ground, prefix: str, entering: AbstractContextManager[Entry], events: int
) -> dict[str, Counter[bytes]]:
    with entering as entry:
        reader = Reader(ground.servers, PARTITIONS)
        try:
            since = reader.ends(entry.outputs)
            watch(ground.servers, prefix, PARTITIONS, entry, Observation(events))
            found = reader.records(entry.outputs, since)
        finally:
            reader.close()
    return {kind: Counter(canonical(kind, each, strict=True) for each in records) for kind, records in found.items()}
