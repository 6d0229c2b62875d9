"""`python -m tests.bench [ROW ...]`: measure against the targets, on one embedded broker."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from deploy.broker import BrokerError
from tests.bench.chain import chain_lines
from tests.bench.failure import BenchError
from tests.bench.fcm import fcm_lines
from tests.bench.ground import Ground, prepared
from tests.bench.growth import Growth
from tests.bench.latency import latency_lines
from tests.bench.machine import machine, release
from tests.bench.memory import memory_lines
from tests.bench.observation import WARM_SHARE
from tests.bench.peer_program import Peer
from tests.bench.peer_setting import ALL, BEST
from tests.bench.planner import planner_lines
from tests.bench.race import FINALISTS, Race, track
from tests.bench.report import PhasesOfRun, Report
from tests.bench.restore import restore_lines
from tests.bench.sizes import Sizes
from tests.bench.smtp import email_lines
from tests.bench.throughput import Throughput
from tests.bench.web_push import web_push_lines

THROUGHPUT = ("bare", "wide", "full", "whole", "dedupe")
ROWS = (*THROUGHPUT, "latency", "chain", "restore", "growth", "planner", "email", "web-push", "fcm", "memory")
PEERS = {"all": ALL, "best": BEST}
LONG = ("memory",)
"""Rows that run only when named, or with --long."""


def main(arguments: Sequence[str]) -> int:
    """Run and report; 0 when everything asked for was measured, 1 when a row was not."""
    asked = _parser().parse_args(arguments)
    rows = [each for each in ROWS if each in asked.rows or (not asked.rows and (asked.long or each not in LONG))]
    sizes = replace(Sizes(), events=asked.events, repeats=asked.repeats, settings=PEERS[asked.peers])
    if asked.quick:
        sizes = sizes.quick()
    report = Report(
        command=_command(arguments),
        machine=machine(),
        day=time.strftime("%Y-%m-%d"),
        release=release(),
        notes=[_note(sizes, quick=asked.quick)],
    )
    try:
        with prepared(say) as ground:
            failed = measure(rows, sizes, ground, report, phases=asked.profile)
    except BrokerError as error:
        print(error, file=sys.stderr)
        return 1
    text = report.markdown()
    print(text)
    if asked.report is not None:
        asked.report.write_text(text, "utf-8")
    return 1 if failed else 0


def measure(rows: Sequence[str], sizes: Sizes, ground: Ground, report: Report, *, phases: bool) -> list[str]:
    """Measure the rows into the report, and return those that failed; one that fails does not stop the others."""
    failed = []
    throughput, growth = Throughput(sizes), Growth(sizes)
    racing = [each for each in rows if each in THROUGHPUT]
    peer = _peer(report) if racing or "latency" in rows else None
    race = Race(ground, peer)
    if racing:
        try:
            race.hold(throughput.contestants(racing), sizes.repeats)
        except BenchError as error:
            say(f"the race failed: {error}")
            failed += racing
    for row in rows:
        if row in failed:
            continue
        try:
            if row in THROUGHPUT:
                report.lines += throughput.lines(row, race)
                report.phases += _phases(ground, throughput, row) if phases else []
            elif row == "latency":
                report.lines += latency_lines(ground, sizes, peer)
            elif row == "chain":
                report.lines += chain_lines(ground, sizes)
            elif row == "restore":
                report.lines += restore_lines(ground, sizes)
            elif row == "planner":
                report.lines += planner_lines(ground, sizes)
            elif row == "web-push":
                report.lines += web_push_lines(ground, sizes)
            elif row == "growth":
                race.hold(growth.contestants(), sizes.repeats)
                report.lines += growth.lines(race)
            elif row == "fcm":
                report.lines += fcm_lines(ground, sizes)
            elif row == "email":
                report.lines += email_lines(ground, sizes)
            else:
                report.lines += memory_lines(ground, sizes)
        except BenchError as error:
            say(f"{row} failed: {error}")
            failed.append(row)
    if failed:
        report.notes.append(f"Not measured, because a run failed: {', '.join(failed)}.")
    return failed


def say(text: str) -> None:
    """Write a line of progress to standard error, apart from the report."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def _peer(report: Report) -> Peer | None:
    try:
        say("building the peer on Kafka Streams")
        return Peer.build()
    except BenchError as error:
        say(f"no peer: {error}")
        report.notes.append(f"Without Kafka Streams: {error}.")
        return None


def _phases(ground: Ground, throughput: Throughput, row: str) -> list[PhasesOfRun]:
    """One more run, apart from those that count: looking costs time too."""
    shape = throughput.shape(row)
    run = track(ground, shape, phases=True)
    per_million = 1e6 / run.events
    return [(row, {name: (wall * per_million, cpu * per_million) for name, (wall, cpu) in run.phases.items()})]


def _note(sizes: Sizes, *, quick: bool) -> str:
    if quick:
        return "Quick sizes, one round: this shows that everything works, not how fast it is."
    warm = f"{WARM_SHARE:.0%}"
    if sizes.settings == BEST:
        streams = f"{len(BEST)} settings, the fastest of each number of threads whenever all were tried"
    else:
        streams = (
            f"{len(sizes.settings)} settings ran a heat, the fastest {FINALISTS} of each number of threads the rounds"
        )
    said = (
        f"{sizes.events:,} events in each run, medians of {sizes.repeats} rounds: all take turns on a broker. All",
        f"are watched from outside, from the commit that completes {warm} of the input to the last one; CPU is user",
        f"and system of all their processes. Kafka Streams (exactly_once_v2): {streams}.",
        "All programs on one input wrote the same records, compared field by field.",
    )
    return "\n".join(said)


def _command(arguments: Sequence[str]) -> str:
    return f"make bench ARGS='{shlex.join(arguments)}'" if arguments else "make bench"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "rows",
        nargs="*",
        choices=[*ROWS, []],  # argparse checks the empty list against the choices too
        metavar="ROW",
        help=f"one of {', '.join(ROWS)}; default: all but {', '.join(LONG)}",
    )
    parser.add_argument("--events", type=int, default=Sizes().events, help="events of one run")
    parser.add_argument("--repeats", type=int, default=Sizes().repeats, help="rounds; the median counts")
    parser.add_argument(
        "--peers", choices=[*PEERS], default="all", help="settings of Kafka Streams; best: those that were the fastest"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, one round: does everything work?")
    parser.add_argument("--long", action="store_true", help=f"also {', '.join(LONG)}")
    parser.add_argument("--profile", action="store_true", help="also say where the time goes")
    parser.add_argument("--report", type=Path, help="also write the report to this file")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
