"""`make chaos`: the scenarios at full length on a Kafka of their own, and a report."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import uuid
from pathlib import Path

from schemas.errors import CairnError
from stream.runtime.logs import configure
from stream.runtime.settings import Log
from tests.chaos.celebrations.judge import Verdict as Celebrated
from tests.chaos.celebrations.plays import ACTS, run
from tests.chaos.celebrations.plays import SIZES as ACT_SIZES
from tests.chaos.celebrations.report import markdown as celebrations
from tests.chaos.operators.ending import Outcome as Ended
from tests.chaos.operators.mistakes import MISTAKES
from tests.chaos.operators.report import markdown as mistakes
from tests.chaos.reactions.judge import Verdict as Reacted
from tests.chaos.reactions.plays import ACTS as REACTIONS
from tests.chaos.reactions.plays import SIZES as REACTION_SIZES
from tests.chaos.reactions.plays import run as run_reactions
from tests.chaos.reactions.report import markdown as reactions
from tests.chaos.report import markdown
from tests.chaos.scenario import SCENARIOS
from tests.kafka.choice import chosen_kafka

BY_ID = {each.id: each for each in SCENARIOS}
OPERATORS = {each.id: each for each in MISTAKES}
ALL_MISTAKES = "O"
"""Asks for every one of OPERATORS."""


def main() -> int:
    """Run what is asked for; 0 when every promise held, 1 when not."""
    asked = _arguments()
    outcomes = []
    with (
        chosen_kafka(os.environ) as kafka,
        tempfile.TemporaryDirectory(prefix="cairn-chaos-") as directory,
        (Path(directory) / "supervisors.log").open("w") as log,
    ):
        configure(Log(level="debug"), stream=log)
        verdicts: dict[str, Celebrated] = {}
        reacted: dict[str, Reacted] = {}
        ended: list[Ended] = []
        for number in asked.scenario or (*BY_ID, *ACTS, *REACTIONS, *OPERATORS):
            home = Path(directory) / number
            home.mkdir()
            prefix = f"chaos-{uuid.uuid4().hex[:8]}-"
            if number in ACTS:
                print(f"{number}: {ACTS[number].title} ...", end=" ", flush=True)
                verdicts[number] = run(ACTS[number], ACT_SIZES[asked.size], kafka.bootstrap_servers, prefix, home)
                print("passed" if verdicts[number].sound else f"FAILED\n{verdicts[number]}", flush=True)
                continue
            if number in OPERATORS:
                print(f"{number}: {OPERATORS[number].title} ...", end=" ", flush=True)
                end = OPERATORS[number].play(asked.size, kafka.bootstrap_servers, prefix, home)
                print("passed" if end.passed else f"FAILED\n{end}", f"in {end.seconds:.0f} s", flush=True)
                ended.append(end)
                continue
            if number in REACTIONS:
                print(f"{number}: {REACTIONS[number].title} ...", end=" ", flush=True)
                verdict = run_reactions(
                    REACTIONS[number].play, REACTION_SIZES[asked.size], kafka.bootstrap_servers, prefix, home
                )
                print("passed" if verdict.sound else f"FAILED\n{verdict}", flush=True)
                reacted[number] = verdict
                continue
            scenario = BY_ID[number]
            print(f"{scenario.id}: {scenario.title} ...", end=" ", flush=True)
            outcome = scenario.play(asked.size, kafka.bootstrap_servers, prefix, home)
            print("passed" if outcome.passed else f"FAILED\n{outcome}", f"in {outcome.seconds:.0f} s", flush=True)
            outcomes.append(outcome)
    parts = [markdown(outcomes, kafka.name)] if outcomes else []
    parts += [celebrations(verdicts)] if verdicts else []
    parts += [reactions(reacted)] if reacted else []
    parts += [mistakes(ended)] if ended else []
    report = "\n".join(parts)
    if asked.report:
        asked.report.write_text(report, encoding="utf-8")
        print(f"report: {asked.report}")
    else:
        print(report)
    sound = [each.passed for each in outcomes]
    sound += [each.sound for each in verdicts.values()] + [each.sound for each in reacted.values()]
    return 0 if all([*sound, *(each.passed for each in ended)]) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument(
        "--scenario",
        action="append",
        choices=[*BY_ID, *ACTS, *REACTIONS, *OPERATORS, ALL_MISTAKES],
        help="run this one only; may be repeated; O is every mistake of administrators",
    )
    parser.add_argument("--size", choices=("full", "scaled"), default="full", help="default: full")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the report here; default: print it")
    asked = parser.parse_args()
    if asked.scenario and ALL_MISTAKES in asked.scenario:
        others = [each for each in asked.scenario if each != ALL_MISTAKES and each not in OPERATORS]
        asked.scenario = [*others, *OPERATORS]
    return asked


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CairnError as error:
        sys.exit(str(error))
