"""The report of the administrators' mistakes as Markdown: a row for each case, with who told of it."""

from __future__ import annotations

from collections.abc import Sequence

from tests.chaos.operators.ending import Outcome

COLUMNS = ("case", "ended", "the log told", "the metrics told", "`cairn doctor` told", "")


def markdown(outcomes: Sequence[Outcome]) -> str:
    """Return a table for each mistake, and what was wrong in words."""
    lines = ["# Mistakes of administrators", ""]
    for outcome in outcomes:
        lines += [
            f"## {outcome.id} {outcome.title}",
            "",
            f"Must: {outcome.must}. {outcome.seconds:.0f} s.",
            "",
            f"| {' | '.join(COLUMNS)} |",
            "|---" * len(COLUMNS) + "|",
        ]
        for each in outcome.endings:
            told = (each.case, each.ended, each.log, each.metrics, each.doctor or "not asked")
            cells = [
                *(text.replace("|", "/").replace("\n", " ") for text in told),
                "FAILED" if each.faults else "passed",
            ]
            lines.append(f"| {' | '.join(cells)} |")
        lines += ["", *(f"- {fault}" for fault in outcome.faults), *([""] if outcome.faults else [])]
    return "\n".join(lines).rstrip("\n") + "\n"
