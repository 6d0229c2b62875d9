"""The strings of one language, as a file has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from templates.languages.wording import Entry, Wording

NAME = "name"
"""Beside the plural forms of a metric's noun: the noun without a number."""
_RUNG = re.compile(r"(?P<entry>.+)-(?P<number>[0-9]+(?:\.[0-9]+)?)")


@dataclass(frozen=True, slots=True)
class Noun:
    """What a number counts: the noun by itself, and its forms after a number; each may be missing."""

    name: str = ""
    counted: Entry | None = None


@dataclass(frozen=True, slots=True)
class MilestoneWords:
    """The words of a milestone of the file. `links` has translations of the texts of its links, by the text."""

    title: Entry | None = None
    means: Entry | None = None
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One file. `empty` are the paths of texts still to be written, `lines` says where a path stands, from 1."""

    tag: str
    file: Path
    texts: Mapping[str, Entry] = field(default_factory=dict)
    metrics: Mapping[str, Noun] = field(default_factory=dict)
    units: Mapping[str, Entry] = field(default_factory=dict)
    rewards: Mapping[str, Wording] = field(default_factory=dict)
    milestones: Mapping[str, MilestoneWords] = field(default_factory=dict)
    empty: frozenset[tuple[str, ...]] = frozenset()
    lines: Mapping[tuple[str, ...], int] = field(default_factory=dict)

    def line(self, *path: str) -> int:
        """Return the line of a path of keys, or of the nearest above it that there is."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def rung(milestone: str) -> tuple[str, str] | None:
    """Return the ladder's id and the number of an id that may be one of its rungs: `documents-1000`."""
    match = _RUNG.fullmatch(milestone)
    return (match["entry"], match["number"]) if match else None
