"""`cairn doctor` and `cairn topics verify`, asked as a person would: by the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.system.rig import Rig

BOUND = 60.0
"""Seconds for an answer."""
_OURS = {"connection", "topics", "transactions", "keys", "partitioner", "contract", "rejected", "records"}
"""The checks that look at Kafka; a rig has neither mail server nor keys."""


def ask_doctor(rig: Rig) -> str:
    """Return what the doctor finds wrong with Kafka, and the cure; empty when it finds nothing."""
    config = rig.directory / "cairn.toml"
    config.write_text(
        f'[kafka]\nbootstrap_servers = "{rig.bootstrap}"\n'
        f'[topics]\nprefix = "{rig.prefix}"\npartitions = {rig.partitions}\n',
        encoding="utf-8",
    )
    checks = _asked(config, rig.directory)
    return "; ".join(
        f"{each['check']}: {each['finding']} -> {each['cure']}"
        for each in checks
        if each["check"] in _OURS and each["mark"] in ("fail", "warn")
    )


def _asked(config: Path, directory: Path) -> list[dict[str, str]]:
    command = [sys.executable, "-m", "deploy.cli", "--json", "--config", str(config), "doctor", "--records", "5"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    done = subprocess.run(command, capture_output=True, cwd=directory, env=environ, timeout=BOUND, check=False)
    try:
        checks: list[dict[str, str]] = json.loads(done.stdout)["checks"]
    except (ValueError, KeyError):
        raise AssertionError(f"the doctor said no JSON: {done.stdout[-500:]!r} {done.stderr[-500:]!r}") from None
    return checks
