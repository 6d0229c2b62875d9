"""The comparison of what came out with what had to: in step, partition by partition, each kind of fault apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.chaos.oracle import Crossing

Identity = tuple[str, str, int]
SHOWN = 5
"""Of each kind of fault the message names this many."""


@dataclass(frozen=True)
class Verdict:
    """What is wrong with the outputs; empty when nothing is."""

    expected: int
    missing: tuple[Identity, ...] = ()
    """Lost: had to come and did not."""
    duplicate: tuple[Identity, ...] = ()
    """Came twice or more; named once for each time too many."""
    extra: tuple[Identity, ...] = ()
    """Came and should not have at all."""
    out_of_step: tuple[str, ...] = ()
    """At this place another record was due: order or content is wrong."""

    @property
    def sound(self) -> bool:
        """Whether every record came, once, in its place, as it had to be."""
        return not (self.missing or self.duplicate or self.extra or self.out_of_step)

    def __str__(self) -> str:
        if self.sound:
            return f"{self.expected} crossings, each once and in its place"
        parts = []
        for name in ("missing", "duplicate", "extra", "out_of_step"):
            found = getattr(self, name)
            if found:
                parts.append(f"{len(found)} {name.replace('_', ' ')}, as {', '.join(map(str, found[:SHOWN]))}")
        return "; ".join(parts)


def compare(expected: Mapping[int, Sequence[Crossing]], found: Mapping[int, Sequence[Crossing]]) -> Verdict:
    """Walk expected and found crossings of each partition in step; count identities over all partitions apart from
    it.
    """
    due = Counter(each.identity for crossings in expected.values() for each in crossings)
    came = Counter(each.identity for crossings in found.values() for each in crossings)
    steps: list[str] = []
    for partition in sorted({*expected, *found}):
        wanted, got = expected.get(partition, ()), found.get(partition, ())
        for place, (one, other) in enumerate(zip(wanted, got, strict=False)):
            if one != other:
                steps.append(f"partition {partition}, place {place}: due {one}, came {other}")
                break  # what follows is shifted, and says nothing more
        else:
            if len(wanted) != len(got):
                steps.append(f"partition {partition}: due {len(wanted)}, came {len(got)}")
    return Verdict(
        expected=sum(due.values()),
        missing=tuple(sorted((due - came).elements())),
        duplicate=tuple(sorted(each for each in (came - due).elements() if each in due)),
        extra=tuple(sorted(each for each in (came - due).elements() if each not in due)),
        out_of_step=tuple(steps),
    )
