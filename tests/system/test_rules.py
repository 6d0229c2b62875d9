"""Rules that change while workers run, through the real commands and the real worker process on a real Kafka."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stream.runtime.exits import Exit
from tests.system.crossings import contacts, read_crossings
from tests.system.rig import MILESTONES, Rig
from tests.system.running_worker import RunningWorker
from tests.system.usage import Usage
from tests.system.waiting import until

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]
WITH_20 = MILESTONES.replace("[10, 100, 500]", "[10, 20, 100, 500]")


def cairn(rig: Rig, *arguments: str) -> subprocess.Popen[str]:
    """Start `cairn` with these arguments against the rig's topics."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "KAFKA_BOOTSTRAP_SERVERS": rig.bootstrap,
        "CAIRN_TOPICS_PREFIX": rig.prefix,
        "CAIRN_TOPICS_PARTITIONS": str(rig.partitions),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.cli", *arguments],
        cwd=rig.directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(rig: Rig, *arguments: str, within: float = 60) -> str:
    """Run `cairn` to its end, which must be a good one; return what it said."""
    process = cairn(rig, *arguments)
    out, err = process.communicate(timeout=within)
    assert process.returncode == Exit.OK, err
    return out


def apply(rig: Rig, milestones: str) -> dict[str, Any]:
    """Put a file into force by the command; return its report."""
    file = rig.directory / "milestones.yaml"
    file.write_text(milestones)
    report: dict[str, Any] = json.loads(run(rig, "milestones", "apply", file.name, "--json"))
    return report


def test_of_applies_at_once_one_wins(rig: Rig) -> None:
    """Four people apply four files over version 1: one version 2 is in force, the others exit with 3 and know it."""
    processes = []
    for number in range(4):
        file = rig.directory / f"{number}.yaml"
        file.write_text(MILESTONES.replace("[10, 100, 500]", f"[10, 100, 50{number + 1}]"))
        processes.append(cairn(rig, "milestones", "apply", file.name, "--expect", "1", "--by", str(number)))
    said = [each.communicate(timeout=60) for each in processes]
    codes = [each.returncode for each in processes]
    shown = json.loads(run(rig, "milestones", "show", "--json"))

    assert sorted(codes) == [Exit.OK, Exit.DRIFT, Exit.DRIFT, Exit.DRIFT], said
    winner = codes.index(Exit.OK)
    assert said[winner][0].endswith("version 2 is in force\n")
    assert (shown["version"], shown["applied_by"]) == (2, str(winner))
    assert all("version 2 is in force" in err for (_, err), code in zip(said, codes, strict=True) if code)


def test_a_running_worker_adopts_without_restart(rig: Rig) -> None:
    """A milestone applied while the worker runs is crossed by those who come to it then, under the new version; who was
    past it before is not; the rest of the ladder goes on as if nothing had happened.
    """
    past, coming = contacts(10, "past"), contacts(10, "coming")
    worker = rig.worker("a").wait_owning(4)
    rig.usage.send([Usage(each, f"1-{each}", value=25) for each in past])
    rig.usage.send([Usage(each, f"1-{each}", value=15) for each in coming])
    rig.wait_processed()
    pid = worker.pid

    report = apply(rig, WITH_20)
    until(lambda: _goes_by(worker) == 2, within=30, what="the worker goes by version 2")
    rig.usage.send([Usage(each, f"2-{each}", value=10) for each in (*past, *coming)])
    rig.wait_processed()

    found = read_crossings(rig)
    at_20 = [each for each in found if each["milestone"] == "documents-20"]
    assert report["changes"][0]["already_past"] == {"contacts": 10, "recorded": False}
    assert {each["contact_id"] for each in at_20} == set(coming)
    assert len(at_20) == len(coming)
    assert all(each["rules_version"] == 2 and each["celebrate"] for each in at_20)
    assert {each["rules_version"] for each in found if each["milestone"] == "documents-10"} == {1}
    assert (worker.pid, worker.exit) == (pid, None)
    assert worker.stop() == Exit.OK


def test_a_baseline_is_counted_in_silence_and_once(rig: Rig) -> None:
    """Imported twice, what a contact did before counts once and crosses nothing; what comes then crosses from there.
    For a contact whose events are counted already it is refused, as a dead letter that says so.
    """
    names, early = contacts(10, "new"), "early"
    worker = rig.worker("a").wait_owning(4)
    rig.usage.send([Usage(early, "1", value=1, at=_BEFORE)])
    rig.wait_processed()
    lines = [f"{each},documents,95,2026-06-30" for each in (*names, early)]
    (rig.directory / "b.csv").write_text("\n".join(["contact_id,metric,value,as_of", *lines]) + "\n")

    for _ in range(2):
        run(rig, "baseline", "b.csv")
    rig.wait_processed()
    silent = read_crossings(rig)
    rig.usage.send([Usage(each, f"1-{each}", value=6) for each in names])
    rig.wait_processed()
    refused = json.loads(run(rig, "dlq", "list", "--code", "baseline_too_late", "--json"))

    assert silent == []
    found = {
        (each["contact_id"], each["milestone"], each["value_before"], each["value"]) for each in read_crossings(rig)
    }
    assert found == {(each, "documents-100", 95, 101) for each in names}
    assert json.dumps(refused).count("baseline_too_late") >= 2
    assert worker.stop() == Exit.OK


_BEFORE = 1_781_000_000_000
"""2026-06-09: an event before the day up to which the baselines hold everything."""


def _goes_by(worker: RunningWorker) -> int | None:
    """The version of the rules that the worker says it counts by."""
    figures = worker.look()
    return figures.rules_version if figures else None
