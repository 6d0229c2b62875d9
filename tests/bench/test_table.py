from __future__ import annotations

import pytest

from tests.bench.report import Report
from tests.bench.table import Line, amount, lines_table, phases_table, render


def test_columns_are_aligned_and_pipes_escaped() -> None:
    """A table reads well as text, and a pipe in a cell does not open a column."""
    assert render(("a", "long"), [("x|y", "1"), ("z", "22")]).splitlines() == [
        r"| a    | long |",
        r"|------|------|",
        r"| x\|y | 1    |",
        r"| z    | 22   |",
    ]


def test_a_line_has_a_cell_for_each_question() -> None:
    """What, target, measured, ratio, result: in this order."""
    table = lines_table([Line("bare", "≥ 2.0 x", "400,000/s", "2.40 x", "reached")])
    assert [cell.strip() for cell in table.splitlines()[2].strip("|").split("|")] == [
        "bare", "≥ 2.0 x", "400,000/s", "2.40 x", "reached",
    ]  # fmt: skip


def test_phases_of_all_runs_stand_side_by_side_with_their_sum() -> None:
    """A phase that one run lacks leaves its cell empty; the last row adds up each run."""
    table = phases_table([("bare", {"decode": (0.5, 0.4)}), ("full", {"decode": (1.0, 0.9), "store": (0.5, 0.1)})])
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]
    assert cells == [
        ["decode", "0.50 (0.40)", "1.00 (0.90)"],
        ["store", "", "0.50 (0.10)"],
        ["all", "0.50 (0.40)", "1.50 (1.00)"],
    ]


@pytest.mark.parametrize(("number", "text"), [(500, "500"), (10_000, "10 k"), (5_000_000, "5 M"), (1_500_000, "1.5 M")])
def test_amounts_are_short(number: int, text: str) -> None:
    """Counts are written as people say them."""
    assert amount(number) == text


def test_the_report_says_how_it_was_made() -> None:
    """Command and machine come first; the phases only when there are any."""
    report = Report("make bench", "2 cores", "2026-11-30", "release 1", ["A note."], [Line("bare", "", "", "", "")])
    text = report.markdown()
    assert text.startswith("`make bench` on 2026-11-30, release 1, 2 cores.\n\nA note.\n\n| what")
    assert "Where the time goes" not in text
    report.phases.append(("bare", {"fold": (1.0, 1.0)}))
    assert "Where the time goes" in report.markdown()
