"""The report of the celebrations' acts as Markdown."""

from __future__ import annotations

from collections.abc import Mapping

from tests.chaos.celebrations.judge import Verdict
from tests.chaos.celebrations.plays import ACTS

COLUMNS = ("crossings", "deliveries", "attempts", "sent", "deferred", "expired", "dead_lettered", "received", "repeats")


def markdown(verdicts: Mapping[str, Verdict]) -> str:
    """Return a row for each act, and what was wrong in words."""
    lines = [
        "# Celebrations",
        "",
        "Repeats are messages that a provider got twice, under the id that replaces the first; the bound is what the",
        "workers that were killed or frozen had in flight.",
        "",
        f"| act | {' | '.join(each.replace('_', ' ') for each in COLUMNS)} | bound | |",
        "|---" * (len(COLUMNS) + 3) + "|",
    ]
    for name, verdict in verdicts.items():
        figures = [f"{verdict.figures.get(each, 0):,}" for each in (*COLUMNS, "in_flight")]
        end = "passed" if verdict.sound else "FAILED"
        lines.append(f"| {name} {ACTS[name].title} | {' | '.join(figures)} | {end} |")
    for name, verdict in verdicts.items():
        if not verdict.sound:
            lines += ["", f"## {name} failed", "", *(f"- {fault}" for fault in verdict.faults)]
    return "\n".join(lines) + "\n"
