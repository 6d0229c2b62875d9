"""What holds though the file does not say it: safe defaults are no secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schemas.milestones.document import TIER_NAMES, Cap, Document


class Default(NamedTuple):
    """A key of the file, with dots, and in one sentence what holds without it."""

    key: str
    says: str


def by_default(document: Document) -> list[Default]:
    """Return what the file leaves to its defaults and people feel, in the order of the file."""
    return [*_found(document)]


def _found(document: Document) -> Iterator[Default]:
    said = document.model_fields_set
    zone = document.product.time_zone
    if "time_zone" not in document.product.model_fields_set:
        yield Default("product.time_zone", f"{zone} for contacts whose own zone is not known (product.time_zone)")
    if "history" not in said and any(metric.history is None for metric in document.metrics.values()):
        whom = "celebrated is who signed up since a metric was first applied, or has a baseline"
        yield Default("history", f"history {document.history}: {whom}")
    if "quiet_hours" not in said:
        whose = f"in the contact's own time, or else {zone}"
        says = f"quiet hours {document.quiet_hours} {whose} (quiet_hours: none turns them off)"
        yield Default("quiet_hours", says)
    if "cap" not in said and document.cap is not None:
        yield Default("cap", f"{_of(document.cap)} (cap: none turns it off)")
    elif document.cap is not None and (left := sorted({"messages", "within"} - document.cap.model_fields_set)):
        yield Default(f"cap.{left[0]}", _of(document.cap))
    if "bundle" not in said:
        says = f"what a contact reaches within {document.bundle} is one message (bundle: 0 turns it off)"
        yield Default("bundle", says)
    for name in TIER_NAMES:
        tier = document.tiers.of(name)
        if "channels" in tier.model_fields_set:
            continue
        if any(each.tier == name and each.channels is None and each.status == "active" for each in document.milestones):
            yield Default(f"tiers.{name}.channels", f"{name} milestones go by {', '.join(tier.channels)}")


def _of(cap: Cap) -> str:
    rest = "the rest waits" if cap.then == "defer" else "the rest is dropped"
    return f"cap {cap.messages} messages within {cap.within} for each contact, {rest}"
