"""What an event cost when somebody last looked at it, and whether it costs more now. Pure, but for the file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("baseline.json")
TOLERANCE = 0.15
"""The part by which an event may become dearer. Instructions differ by less than 1 % from run to run; the ratio of CPU
times by a few percent, on a machine that is busy with other things."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`text` says it all; `passed` is false when the event became too dear, None when there is no baseline."""

    text: str
    passed: bool | None


def judge(kind: str, measured: float, baseline: float | None) -> Verdict:
    """Hold a measured cost against its baseline; `kind` names what was measured, on what."""
    if baseline is None:
        return Verdict(
            f"{kind}: {measured:,.3f} per event, and no baseline for it. Look whether that is right, and write it with "
            "`make guard ARGS=--write`",
            None,
        )
    change = measured / baseline - 1
    told = f"{kind}: {measured:,.3f} per event, baseline {baseline:,.3f} ({change:+.1%})"
    if change > TOLERANCE:
        return Verdict(
            f"{told}: dearer by more than {TOLERANCE:.0%}. Find out what made it so "
            "(`make bench ARGS='full --profile'`); if it is worth that, "
            "write the new baseline with `make guard ARGS=--write`",
            False,
        )
    if change < -TOLERANCE:
        return Verdict(f"{told}: cheaper. Keep it that way: `make guard ARGS=--write`", True)
    return Verdict(f"{told}, fails from +{TOLERANCE:.0%}", True)


def known(kind: str, file: Path = FILE) -> float | None:
    """Return the baseline of a kind; None without one."""
    found: dict[str, float] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return found.get(kind)


def write(kind: str, measured: float, file: Path = FILE) -> None:
    """Make this the baseline of its kind; the others stay."""
    found: dict[str, float] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    file.write_text(json.dumps(found | {kind: round(measured, 3)}, indent=2, sort_keys=True) + "\n", "utf-8")
