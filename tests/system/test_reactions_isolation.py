"""The contract on aborted records: a plain Faust agent is handed them, an agent of ours never is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stream.runtime.exits import Exit
from tests.system.reactions_rig import ReactionsRig
from tests.system.waiting import until

pytestmark = pytest.mark.system


def test_both_read_the_same_topic(kafka: str, prefix: str, tmp_path: Path) -> None:
    """Side by side, so that the rule can be seen to be broken by what it is for."""
    rig = ReactionsRig(kafka, prefix, tmp_path)
    out = tmp_path / "plain"
    command = [sys.executable, "-m", "tests.system.plain_faust_main", kafka, f"{prefix}plain", rig.crossed]
    with out.open("wb") as log, (tmp_path / "plain.err").open("wb") as errors:
        plain = subprocess.Popen(
            command, stdout=log, stderr=errors, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
        )
    try:
        run = rig.run(rig.module("tell"))
        first = rig.cross(["c-1", "c-2"])
        aborted = rig.cross(["c-1", "c-2"], occurrence=2, commit=False)
        last = rig.cross(["c-1", "c-2"], occurrence=3)

        rig.wait_done([*first, *last])
        until(lambda: {*first, *last} <= set(out.read_text().split()), within=60, what="the plain app has read all")
        assert set(out.read_text().split()) == {*first, *aborted, *last}
        assert set(rig.done()) == {*first, *last}
        assert run.stop() == Exit.OK
    finally:
        plain.kill()
        plain.wait()
        rig.close()
