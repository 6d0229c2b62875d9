"""The figures of the plays, as a table."""

from __future__ import annotations

from collections.abc import Mapping

from tests.chaos.reactions.judge import Verdict
from tests.chaos.reactions.plays import ACTS


def markdown(verdicts: Mapping[str, Verdict]) -> str:
    """Return a row for each act, and what was wrong in words."""
    lines = [
        "# Reactions",
        "",
        "At least once: repeats are records that were handled again, under the same crossing id.",
        "",
        "| act | killed or frozen | crossings | repeats | most for one | |",
        "|---" * 6 + "|",
    ]
    for name, each in verdicts.items():
        share = f"{each.repeats:,} ({100 * each.repeats / each.crossings:.1f} %)" if each.crossings else "-"
        figures = f"{each.kills} | {each.crossings:,} | {share} | {each.most}"
        lines.append(f"| {name} {ACTS[name].title} | {figures} | {'passed' if each.sound else 'FAILED'} |")
    for name, each in verdicts.items():
        if not each.sound:
            lines += ["", f"## {name} failed", "", *(f"- {fault}" for fault in each.faults)]
    return "\n".join(lines) + "\n"
