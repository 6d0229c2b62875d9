"""The folder that the image is built from: a shell, a Java runtime, Kafka's jars, and the libraries that these load."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

_HERE = Path(__file__).parent
_PROGRAMS = ("sh", "cat", "id")
_LIBRARY = re.compile(r"(/\S+) \(0x[0-9a-f]+\)")
# What the start of the official image writes anew; without an appender Kafka's own log setup would warn of each logger.
_LOG_SETTINGS = """\
Configuration:
  Appenders:
    Console: {name: STDOUT, PatternLayout: {pattern: "[%d] %p %m (%c)%n"}}
  Loggers:
    Root: {level: WARN, AppenderRef: {ref: STDOUT}}
"""


def lay_out(folder: Path, java_home: Path, jars: Sequence[Path]) -> None:
    """Write the Dockerfile and everything it copies into a folder, which exists.

    Raises:
        OSError: something is not there, or the disk is full.
        subprocess.CalledProcessError: `ldd` cannot tell a program's libraries.
    """
    root = folder / "root"
    shutil.copy(_HERE / "Dockerfile", folder)
    shutil.copytree(java_home, root / "opt/java", symlinks=False)
    libs = root / "opt/kafka/libs"
    libs.mkdir(parents=True)
    for jar in jars:
        shutil.copy(jar, libs)
    start = root / "etc/kafka/docker"
    for each in (
        start,
        root / "opt/kafka/config",
        root / "mnt/shared/config",
        root / "var/lib/kafka/data",
        root / "tmp",
    ):
        each.mkdir(parents=True)
    shutil.copy(_HERE / "run", start)
    (start / "server.properties").write_text("", "utf-8")
    for name in ("log4j2.yaml", "tools-log4j2.yaml"):
        (start / name).write_text(_LOG_SETTINGS, "utf-8")
    (root / "bin").mkdir()
    programs = [_program(each) for each in _PROGRAMS]
    for name, program in zip(_PROGRAMS, programs, strict=True):
        shutil.copy(program, root / "bin" / name)
    runtime = [java_home / "bin/java", *java_home.glob("lib/**/*.so")]
    for library in _libraries([*programs, *runtime], java_home):
        target = root / library.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, target)


def _program(name: str) -> Path:
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"no program `{name}` on this machine")
    return Path(found).resolve()


def _libraries(programs: Iterable[Path], own: Path) -> set[Path]:
    """What the loader finds for them outside the runtime's own folder; a desktop's libraries that are not here are not
    needed either.
    """
    found: set[Path] = set()
    for program in programs:
        told = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        found |= {Path(each) for each in _LIBRARY.findall(told) if not Path(each).is_relative_to(own)}
    return found
