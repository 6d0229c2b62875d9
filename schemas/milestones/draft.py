"""What can be understood of a file with mistakes, so that its other mistakes are found in the same run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from schemas.milestones.condition import AllOf
from schemas.milestones.document import QUIET_HOURS, MilestoneEntry, Tiers
from schemas.milestones.hours import Hours, QuietHours
from schemas.milestones.metric import Metric, Section
from schemas.milestones.problem import Mistake, Path
from schemas.milestones.share import Percentage, Share

Item = TypeVar("Item", bound=Section)


@dataclass(frozen=True)
class DraftEntry:
    """An item under ``milestones``. The ``unreadable`` fields hold stand-ins: nothing is known of them."""

    index: int
    entry: MilestoneEntry
    unreadable: frozenset[str] = frozenset()

    def knows(self, *fields: str) -> bool:
        """Whether these fields are what the file says."""
        return self.unreadable.isdisjoint(fields)


@dataclass(frozen=True)
class Draft:
    """The readable parts of a file. A metric whose kind is not known is None; `quiet_hours` are those that hold.

    ``mistakes`` are those that came to light only when the bad fields were taken away.
    """

    metrics: Mapping[str, Metric | None] = field(default_factory=dict)
    entries: Sequence[DraftEntry] = ()
    tiers: Tiers | None = None
    quiet_hours: Hours | None = None
    says_quiet_hours: bool = False
    holdout: Share | None = None
    mistakes: Sequence[Mistake] = ()


def outline(plain: Any, mistaken: Iterable[Path]) -> Draft:
    """Return what can be understood of ``plain``, the value of a file, beside the ``mistaken`` places."""
    if not isinstance(plain, dict):
        return Draft()
    bad: dict[Path, set[str]] = {}
    for at in mistaken:
        if len(at) > 2:
            bad.setdefault(at[:2], set()).add(str(at[2]))
    found: list[Mistake] = []
    metrics: dict[str, Metric | None] = {}
    for name, raw in _items(plain.get("metrics")):
        place: Path = ("metrics", name)
        metrics[name] = _salvage(Metric, raw, place, bad.get(place, set()), {"from": "unreadable"}, found)
    entries: list[DraftEntry] = []
    for index, raw in _items(plain.get("milestones")):
        place = ("milestones", index)
        stand_ins = {"id": f"unreadable-{index}", "when": AllOf(())}
        entry = _salvage(MilestoneEntry, raw, place, bad.get(place, set()), stand_ins, found)
        if entry is not None:
            entries.append(DraftEntry(index, entry, frozenset(bad.get(place, ()))))
    tiers = _readable(_TIERS, plain.get("tiers", {}))
    quiet_hours = _readable(_QUIET_HOURS, plain.get("quiet_hours", QUIET_HOURS))
    holdout = _readable(_HOLDOUT, plain.get("holdout", "0%"))
    return Draft(metrics, entries, tiers, quiet_hours, "quiet_hours" in plain, holdout, found)


def _items(raw: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(raw, dict):
        return raw.items()
    return enumerate(raw) if isinstance(raw, list) else ()


def _salvage(
    model: type[Item], raw: Any, at: Path, bad: set[str], stand_ins: Mapping[str, Any], found: list[Mistake]
) -> Item | None:
    """Return the model without its bad fields, required ones replaced; None if that is not enough.

    A mistake of the whole, which pydantic looks for only when every field is good, is added to ``found``.
    """
    if not isinstance(raw, dict):
        return None
    kept = {key: value for key, value in raw.items() if key not in bad}
    for key in bad & stand_ins.keys():
        kept[key] = stand_ins[key]
    try:
        return model.model_validate(kept)
    except ValidationError as error:
        if bad:  # else the first reading has told
            whole = (each for details in error.errors() for each in details.get("ctx", {}).get("found", ()))
            found.extend(
                Mistake((*at, *each.at), each.message, each.hint) for each in whole if each.at or bad <= _NO_KIND
            )
        return None


_NO_KIND = frozenset({"from", "where", "unit", "history"})
"""With any other bad key, a metric that seems to have no kind has a misspelled one."""

_TIERS: TypeAdapter[Tiers] = TypeAdapter(Tiers)
_QUIET_HOURS: TypeAdapter[Hours | None] = TypeAdapter(QuietHours)
_HOLDOUT: TypeAdapter[Share] = TypeAdapter(Percentage)


def _readable(adapter: TypeAdapter[Any], raw: Any) -> Any:
    try:
        return adapter.validate_python(raw)
    except ValidationError:
        return None
