"""What can be said of an English noun by its look."""

from __future__ import annotations


def is_plural(noun: str) -> bool:
    """Whether its last word surely is one; `progress`, `status`, `analysis` and `analytics` are not."""
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is", "ics", "news"))
