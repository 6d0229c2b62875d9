"""Swapping parts of the product inside a worker process of a test."""

from __future__ import annotations


def replace(owner: object, name: str, by: object) -> None:
    """Swap an attribute that is there; a name that is gone would make the mischief a silent nothing."""
    if not hasattr(owner, name):
        raise AttributeError(f"{owner} has no {name} any more: mend the mischief")
    setattr(owner, name, by)
