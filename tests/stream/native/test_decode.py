"""What the extension takes for a plain event, the contract in full lets in, with the same fields.

`CAIRN_TEST_STORIES` makes it longer: 100, the default, are 400,000 values.
"""

from __future__ import annotations

import os
from decimal import Decimal
from random import Random
from types import ModuleType
from typing import Any

import msgspec
import pytest

from schemas.event_zone import zone_of
from schemas.examination import examine
from schemas.limits import DEFAULTS
from schemas.rejection import Rejection
from schemas.usage_event import DoubtfulEvent, UsageEvent
from tests.schemas.stand_in import NOW_MS, StandIn
from tests.stream.native.wire import CONTACTS, Wire, mutated

VALUES = 4000 * int(os.environ.get("CAIRN_TEST_STORIES", "100"))
BOUNDS = DEFAULTS.happened(NOW_MS)


def test_what_is_read_is_what_the_contract_reads(module: ModuleType) -> None:
    """Valid values and mutations of them, down the line: what was taken is mutated again."""
    seed = Random().randrange(2**63)
    print("seed", seed)  # pytest shows it when a comparison fails
    random = Random(seed)
    wires = [Wire(random, odds, 0.5) for odds in (0.5, 5, 30)]
    sound: list[bytes] = []
    taken = 0
    for number in range(VALUES):
        if number % 10 == 0 or not sound:
            value = random.choice(wires).event(random.choice(CONTACTS), NOW_MS)
        else:
            value = mutated(random, random.choice(sound))
        if _agrees(module, value):
            taken += 1
            sound = [*sound[-300:], value[:2000]]
        elif random.random() < 0.01:
            sound = [*sound[-300:], value[:2000]]
    assert taken > VALUES // 10


@pytest.mark.parametrize(
    "odd", [b'"', b"[", b"{", b"\\", b'{"a":', b'"a",', b"9", b"-", b"\xf0\x9f\x98\x80", b" ", b"\x00"]
)
def test_long_nonsense_is_read_by_neither(module: ModuleType, odd: bytes) -> None:
    """64 KB of it, alone, behind a beginning that is sound, and as a text of any length."""
    sound = b'{"id":"e","contact_id":"c-1042","event":"x"'
    for count in (1, 2, 3, 255, 256, 257, 60_000 // len(odd), 65_400 // len(odd)):
        for value in (odd * count, sound + odd * count, sound + b',"later":"' + odd * count + b'"}'):
            _agrees(module, value)


def test_an_event_with_many_properties_is_pythons(module: ModuleType) -> None:
    """They would be held for as long as the batch."""
    few, many = ("{" + ",".join(f'"p{at}":{at}' for at in range(count)) + "}" for count in (128, 129))
    text = '{{"id":"e","contact_id":"c-1042","event":"x","properties":{}}}'
    assert module.read_event(text.format(few).encode()) is not None
    assert module.read_event(text.format(many).encode()) is None


def _agrees(module: ModuleType, value: bytes) -> bool:
    """Whether the extension takes the value; then the contract must, alike."""
    read = module.read_event(value)
    if read is None:
        return False
    *ids, number, at_ms, properties, backfill, zone = read
    verdict = examine(StandIn(value, a_key=ids[2].encode()), NOW_MS, DEFAULTS)
    if at_ms is not None and BOUNDS.fault(at_ms, "at", "/at") is not None:
        assert isinstance(verdict, Rejection), value
        assert verdict == BOUNDS.fault(at_ms, "at", "/at"), value
        return True
    assert isinstance(verdict, UsageEvent), (value, verdict)
    assert isinstance(verdict, DoubtfulEvent) == bool(zone is not None and zone.strip() and zone_of(zone) is None), (
        value
    )
    found = msgspec.structs.asdict(verdict)
    found.pop("fault", None)
    found["time_zone"] = zone_of(zone) if zone is not None and zone.strip() else None
    wanted = dict(zip(("id", "source", "contact_id", "event"), ids, strict=True)) | {
        "value": _number(number),
        "at_ms": NOW_MS if at_ms is None else at_ms,
        "properties": {name: _plain(each) for name, each in properties.items()},
        "backfill": backfill,
        "time_zone": msgspec.structs.asdict(verdict)["time_zone"],
    }
    assert _exact(found) == _exact(wanted), value
    return True


def _plain(given: Any) -> Any:
    return _number(given[0]) if isinstance(given, tuple) else given


def _number(text: str) -> int | Decimal:
    return Decimal(text) if "." in text else int(text)


def _exact(fields: Any) -> str:
    """As text that tells 1 from 1.0 and from true, in an order of its own."""
    return repr(
        sorted((name, sorted(each.items()) if isinstance(each, dict) else each) for name, each in fields.items())
    )
