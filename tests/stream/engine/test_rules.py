"""The engine's rules stand in one page: what code cites is there, and what is there some test cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "stream" / "engine" / "RULES.md"
ROOMS = ("schemas", "templates", "stream", "channels", "deploy", "tests")
CITED = re.compile(r"\b[Rr]ules?\s+(\d+(?:(?:, | and | to )\d+)*)\b")
HEADING = re.compile(r"^### (\d+)\. ", re.MULTILINE)


def rules() -> list[int]:
    return [int(number) for number in HEADING.findall(PAGE.read_text("utf-8"))]


def citations(*rooms: str) -> Iterator[tuple[Path, int]]:
    """Each rule that a file names. Comments and docstrings may break anywhere, so lines are joined."""
    for room in rooms:
        for file in sorted((ROOT / room).rglob("*.py")):
            text = re.sub(r"\s*\n\s*#?\s*", " ", file.read_text("utf-8"))
            for numbers in CITED.findall(text):
                yield from ((file.relative_to(ROOT), int(number)) for number in re.findall(r"\d+", numbers))


def test_the_rules_are_numbered_without_a_gap() -> None:
    assert rules() == [*range(1, len(rules()) + 1)]


def test_what_is_cited_is_a_rule() -> None:
    known = set(rules())
    assert [cited for cited in citations(*ROOMS) if cited[1] not in known] == []


def test_each_rule_is_cited_by_a_test() -> None:
    cited = {number for _, number in citations("tests")}
    assert [number for number in rules() if number not in cited] == []
