"""A `cairn.toml` of a run, and the command that runs a role by it as users do."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path


def write_settings(folder: Path, sections: Mapping[str, Mapping[str, object]]) -> Path:
    """Write the sections, with what every run has in common, into a folder that is there; returns the file.

    Strings, numbers and lists of JSON are TOML too.
    """
    common: dict[str, Mapping[str, object]] = {
        "portal": {"public_url": "https://acme.example/celebrate", "keys": ["0123456789abcdef" * 4]},
        "log": {"level": "warning", "format": "json"},
    }
    lines = []
    for name, section in (common | dict(sections)).items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in section.items())]
    path = folder / "cairn.toml"
    path.touch(0o600)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def run_command(file: Path, role: str) -> list[str]:
    """Return the command line of `cairn run ROLE` under a settings file."""
    return [sys.executable, "-m", "tests.bench.command_line", "--config", str(file), "run", role, "--http-port", "off"]
