"""What code cites as a guarantee is one, and each guarantee is cited by a test that fails without it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "guarantees.md"
ROOMS = ("schemas", "templates", "stream", "channels", "deploy", "tests")
CITED = re.compile(r"\b[Gg]uarantees?\s+(G\d+(?:(?:, | and )G\d+)*)")


def guarantees() -> set[str]:
    return set(re.findall(r"^### (G\d+)\. ", PAGE.read_text("utf-8"), re.MULTILINE))


def citations(*rooms: str) -> Iterator[tuple[Path, str]]:
    """Each guarantee that a file names. Comments and docstrings may break anywhere, so lines are joined."""
    for room in rooms:
        for file in sorted((ROOT / room).rglob("*.py")):
            text = re.sub(r"\s*\n\s*#?\s*", " ", file.read_text("utf-8"))
            for named in CITED.findall(text):
                yield from ((file.relative_to(ROOT), each) for each in re.findall(r"G\d+", named))


def test_what_is_cited_is_a_guarantee() -> None:
    assert [cited for cited in citations(*ROOMS) if cited[1] not in guarantees()] == []


def test_each_guarantee_is_cited_by_a_test() -> None:
    assert sorted(guarantees() - {cited for _, cited in citations("tests")}) == []
