"""The report of a run as Markdown: a row for each scenario, and what was wrong in words."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from tests.chaos.outcome import Outcome

COLUMNS = (
    "scenario",
    "events",
    "crossings",
    "kills, stalls",
    "joins, leaves",
    "aborted transactions",
    "lost",
    "twice",
    "longest stall",
    "time",
    "",
)


def markdown(outcomes: Sequence[Outcome], kafka: str) -> str:
    """Return the report. `kafka` says what the scenarios ran on."""
    looks = sum(each.looks for each in outcomes)
    wrong = [each for each in outcomes if not each.passed]
    lines = [
        "# Chaos report",
        "",
        f"{kafka}; {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}.",
        "",
        "Lost and twice are counted against an oracle that folds the input topic; a stall is the longest time for",
        "which a partition had input before it and committed nothing; an aborted transaction is counted once for each",
        "partition in it.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        "|---" * len(COLUMNS) + "|",
        *map(_row, outcomes),
        "",
        f"Committed offsets were compared {looks:,} times and every changelog was walked (R13): "
        + ("nothing ever went back." if not wrong else "see below."),
    ]
    remarks = [f"- {each.scenario}: {remark}." for each in outcomes for remark in each.remarks]
    if remarks:
        lines += ["", *remarks]
    for each in wrong:
        lines += [
            "",
            f"## {each.scenario} failed",
            "",
            *(f"- {fault}" for fault in [*each.faults, str(each.judgement)]),
        ]
    return "\n".join(lines) + "\n"


def _row(outcome: Outcome) -> str:
    judged = outcome.judgement
    verdict = judged.verdict if judged else None
    cells = (
        f"{outcome.scenario} {outcome.title}",
        f"{outcome.events:,}",
        f"{verdict.expected:,}" if verdict else "-",
        str(outcome.kills),
        str(outcome.rebalances),
        str(judged.aborted) if judged else "-",
        str(len(verdict.missing)) if verdict else "-",
        str(len(verdict.duplicate) + len(verdict.extra)) if verdict else "-",
        f"{outcome.longest_stall:.1f} s",
        f"{outcome.seconds:.0f} s",
        "passed" if outcome.passed else "FAILED",
    )
    return f"| {' | '.join(cells)} |"
