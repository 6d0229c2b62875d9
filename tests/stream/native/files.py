"""Milestones files, drawn at random: every kind of metric and milestone, and edits of them."""

from __future__ import annotations

import copy
from decimal import Decimal
from random import Random
from typing import Any

from pydantic import ValidationError

from schemas.milestones import Document
from schemas.milestones.document import MilestoneEntry
from schemas.milestones.expand import expand_entry

EVENTS = ("used", "paid", "came", "made", "geöffnet", "opened")
PROPERTIES = ("amount", "plan", "size", "größe")
ZONES = (
    "Europe/Paris",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Antarctica/Casey",
    "America/Toronto",
    "Pacific/Kiritimati",
    "Asia/Kathmandu",
    "Pacific/Marquesas",
    "Africa/Casablanca",
    "America/Santiago",
    "UTC",
)
WANTED: tuple[Any, ...] = ("team", "ü", "", 1, 0, Decimal("2.5"), -3, True, False, None)

Draft = dict[str, Any]
"""A milestones file as plain values, before it is a `Document`."""


def draft(random: Random) -> Draft:
    """A file."""
    metrics = {f"m{number}": _metric(random) for number in range(random.randint(1, 9))}
    file: Draft = {
        "version": 1,
        "product": {"name": "Acme", "url": "https://app.acme.example", "time_zone": random.choice(ZONES)},
        "history": random.choice(("complete", "complete", "from_now")),
        "holdout": random.choice(("0%", "0%", "30%")),
        "metrics": metrics,
        "milestones": [],
    }
    for _ in range(random.randint(1, 14)):
        _add_milestone(random, file)
    return file


def edited(random: Random, before: Draft) -> Draft:
    """The same file after somebody changed a few things in it, which may be that they put something back."""
    file = copy.deepcopy(before)
    for _ in range(random.randint(1, 4)):
        random.choice(_EDITS)(random, file)
    return file


def document(random: Random, file: Draft) -> tuple[Draft, Document]:
    """The file and its document; what cannot be is taken out of it first."""
    while True:
        file["milestones"] = _sound(file)
        try:
            return file, Document.model_validate(file)
        except ValidationError as error:
            if not file["milestones"]:
                raise AssertionError(f"{file}") from error
            file["milestones"].pop(random.randrange(len(file["milestones"])))


def _sound(file: Draft) -> list[Draft]:
    """The milestones that rest on metrics and on earlier milestones that are there."""
    known: set[str] = set()
    kept = []
    for each in file["milestones"]:
        (name, wanted), *_ = each["when"].items()
        if known.issuperset(wanted) if name == "all_of" else name in {"signed_up", *file["metrics"]}:
            kept.append(each)
            known |= {rung.id for rung in expand_entry(MilestoneEntry.model_validate(each), 0)}
    return kept


def _metric(random: Random) -> Draft:
    kind = random.choice(("count", "count", "sum", "sum", "highest", "streak", "streak", "highest", "distinct"))
    amount: Any = {
        "count": "events",
        "sum": random.choice(("value", "value", "amount")),
        "highest": random.choice(("value", "amount", "größe")),
        "streak": random.choice(("days", "days", "weeks")),
        "distinct": random.choice(PROPERTIES),
    }[kind]
    found: Draft = {kind: amount, "from": random.sample(EVENTS, random.choice((1, 1, 1, 2, 3)))}
    if random.random() < 0.35:
        found["where"] = {name: _match(random) for name in random.sample(PROPERTIES, random.choice((1, 1, 2)))}
    if random.random() < 0.2:
        found["unit"] = random.choice(("USD", "Stück", '5" disks'))
    if random.random() < 0.2:
        found["history"] = random.choice(("complete", "from_now"))
    return found


def _match(random: Random) -> Any:
    wanted: Any = random.choice(WANTED)
    if random.random() < 0.3:
        wanted = random.sample(WANTED, random.randint(1, 4))
    return {"not": wanted} if random.random() < 0.3 else wanted


def _add_milestone(random: Random, file: Draft) -> None:
    number = len(file["milestones"]) + random.randrange(100)
    ids = [each["id"] for each in file["milestones"]]
    if f"g-{number}" in ids:
        return
    found: Draft = {
        "id": f"g-{number}",
        "when": _when(random, file),
        "tier": random.choice(("minor", "minor", "major")),
    }
    odds = random.random
    if odds() < 0.6:
        found["nudge"] = {"near": random.choice(("50%", "75%", "90%", "99%"))}
        if odds() < 0.6:
            found["nudge"]["stuck_for"] = random.choice(("1 day", "3 days", "2 weeks"))
    if odds() < 0.15:
        found["holdout"] = random.choice(("0%", "50%", "100%"))
    if odds() < 0.15:
        found["reward"] = "free_month"
    if odds() < 0.2:
        found["adoption"] = "record_only"
    if odds() < 0.2:
        found["status"] = random.choice(("retired", "retired", "draft"))
    file["milestones"].append(found)


def _when(random: Random, file: Draft) -> Draft:
    kind = random.random()
    ids = [rung.id for each in file["milestones"] for rung in expand_entry(MilestoneEntry.model_validate(each), 0)]
    if kind < 0.25 and len(ids) > 1:
        return {"all_of": random.sample(ids, min(len(ids), random.choice((2, 2, 2, 3, 4))))}
    if kind < 0.3:
        return {"signed_up": random.choice(("3 days", "1 month", "every 1 week", "every 1 year"))}
    metric = random.choice(list(file["metrics"]))
    if kind < 0.5:
        return {metric: f"every {random.choice((1, 2, 3, 7, 100, 5000))}"}
    if kind < 0.7:
        rungs = sorted({_threshold(random) for _ in range(random.randint(1, 6))})
        return {metric: rungs}
    return {metric: _threshold(random)}


def _threshold(random: Random) -> int | Decimal:
    if random.random() < 0.2:
        return Decimal(random.randint(1, 9999)).scaleb(-random.choice((1, 2, 2, 2, 3))) + random.choice((0, 1, 20))
    if random.random() < 0.003:
        return random.choice((10**12, 2**63 - 1, Decimal("0.0000001"), Decimal("999999999999.999999")))
    return random.choice((1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 50, 100))


def _drop_milestone(random: Random, file: Draft) -> None:
    if file["milestones"]:
        file.setdefault("milestones", []).pop(random.randrange(len(file["milestones"])))


def _change_milestone(random: Random, file: Draft) -> None:
    if not file["milestones"]:
        return
    found = random.choice(file["milestones"])
    change = random.random()
    if change < 0.4:
        found["when"] = _when(random, file)
    elif change < 0.7:
        found["status"] = random.choice(("active", "retired"))
    else:
        found["tier"] = random.choice(("minor", "major"))
        found["nudge"] = {"near": random.choice(("10%", "80%")), "stuck_for": "1 day"}


def _change_metric(random: Random, file: Draft) -> None:
    name = random.choice(list(file["metrics"]))
    found = file["metrics"][name]
    if "streak" in found:
        found["streak"] = "weeks" if found["streak"] == "days" else "days"
    elif random.random() < 0.5:
        found["where"] = {random.choice(PROPERTIES): _match(random)}
    else:
        file["metrics"][name] = _metric(random)


def _drop_metric(random: Random, file: Draft) -> None:
    if len(file["metrics"]) > 1:
        name = random.choice(list(file["metrics"]))
        del file["metrics"][name]


def _add_metric(random: Random, file: Draft) -> None:
    file["metrics"][f"m{random.randrange(9)}"] = _metric(random)


_EDITS = (_add_milestone, _add_milestone, _drop_milestone, _change_milestone, _change_metric, _drop_metric, _add_metric)
