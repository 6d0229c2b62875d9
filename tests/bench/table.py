"""The report's tables: Markdown that also reads well in a terminal. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEADER = ("what", "target", "measured", "ratio", "result")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table of targets."""

    what: str
    target: str
    measured: str
    ratio: str
    result: str


def lines_table(lines: Sequence[Line]) -> str:
    """Render the table of targets."""
    return render(HEADER, [(each.what, each.target, each.measured, each.ratio, each.result) for each in lines])


def phases_table(runs: Sequence[tuple[str, dict[str, tuple[float, float]]]]) -> str:
    """Render where the time goes: a column per run, a row per phase, in seconds per million events.

    Each cell holds wall seconds and, in brackets, those of them in which the loop's thread was on a CPU.
    """
    names = list(dict.fromkeys(name for _, phases in runs for name in phases))
    rows = [[name, *(_cell(phases.get(name)) for _, phases in runs)] for name in names]
    totals = [(sum(wall for wall, _ in phases.values()), sum(cpu for _, cpu in phases.values())) for _, phases in runs]
    rows.append(["all", *map(_cell, totals)])
    return render(("seconds per million events (on the CPU)", *(name for name, _ in runs)), rows)


def render(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Render a Markdown table with its columns aligned; a `|` in a cell is escaped."""
    cells = [[cell.replace("|", r"\|") for cell in row] for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    text = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(text) + "\n"


def amount(number: float) -> str:
    """Write a count as people say it: `10 k`, `1.5 M`."""
    for unit, size in (("M", 1_000_000), ("k", 1_000)):
        if number >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number:.0f}"


def _cell(seconds: tuple[float, float] | None) -> str:
    return "" if seconds is None else f"{seconds[0]:.2f} ({seconds[1]:.2f})"
