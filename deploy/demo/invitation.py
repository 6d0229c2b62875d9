"""The line for the second terminal: an event of one's own, by the real command."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.demo.installation import installation_file
from deploy.demo.surroundings import foreign, has_settings_file

GUEST = "you"
EVENT = "project_created"


def program(directory: Path) -> list[str]:
    """The `cairn` of this Python, as it is called from `directory`."""
    script = Path(sys.executable).parent / "cairn"
    if not script.exists():
        return [sys.executable, "-m", "deploy.cli"]
    inside = script.is_relative_to(directory)
    return [str(script.relative_to(directory) if inside else script)]


def invitation(config: Path, bootstrap: str, directory: Path, environ: Mapping[str, str]) -> list[str]:
    """The command to paste; `config` is the demo's own settings file.

    It names the demo's broker: the plain command would find whichever started last on this machine. Where settings of
    the user would get in the way, it names the demo's and drops the user's.
    """
    send = ["--bootstrap", bootstrap, "events", "send", "--contact", GUEST, "--event", EVENT]
    names = foreign(environ)
    if not names and not has_settings_file(directory):
        return [*program(directory), *send]
    unset = [part for name in names for part in ("-u", name)]
    return [*(("env", *unset) if unset else ()), *program(directory), "--config", str(config), *send]


def preview(directory: Path) -> list[str]:
    """The command that shows every message the demo could send, in each of its languages."""
    file = installation_file()
    named = file.relative_to(directory) if file.is_relative_to(directory) else file
    return [*program(directory), "--config", str(named), "preview"]


def line(command: list[str]) -> str:
    """The command as a shell reads it."""
    return shlex.join(command)


def here() -> Path:
    """The directory that the user is in, as the shell names it."""
    told = os.environ.get("PWD", "")
    return Path(told) if told and Path(told).is_dir() and Path(told).samefile(Path()) else Path.cwd()
