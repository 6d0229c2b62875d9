"""The jars that make up the broker, each by its checksum: the type behind `jars.lock`."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deploy.broker.errors import BrokerError

COMMITTED_LOCK = Path(__file__).with_name("jars.lock")

_LINE = re.compile(r"(?P<coordinates>[\w.-]+:[\w.-]+:[\w.-]+) (?P<sha256>[0-9a-f]{64}) (?P<size>[1-9][0-9]*)")


@dataclass(frozen=True, order=True)
class LockedJar:
    """One artifact: Maven coordinates `group:artifact:version`, the SHA-256 of its jar (hex) and its size
    in bytes.
    """

    coordinates: str
    sha256: str
    size: int

    @property
    def file_name(self) -> str:
        """`artifact-version.jar`, the name Maven gives it."""
        _, artifact, version = self.coordinates.split(":")
        return f"{artifact}-{version}.jar"

    def matches(self, path: Path) -> bool:
        """True if the file at `path` is exactly this jar; False for a missing, half or altered one."""
        try:
            if path.stat().st_size != self.size:
                return False
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        except FileNotFoundError:
            return False


@dataclass(frozen=True)
class JarsLock:
    """All jars of one broker, in class path order."""

    jars: tuple[LockedJar, ...]

    @classmethod
    def parse(cls, text: str, name: str = "jars.lock") -> Self:
        """Read a lock: a line is `coordinates sha256 bytes`; `#` starts a comment.

        Raises `BrokerError` that names the line it cannot use.
        """
        jars: dict[str, LockedJar] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            content = line.split("#", 1)[0].strip()
            if not content:
                continue
            match = _LINE.fullmatch(content)
            if match is None:
                raise _unusable("a line is not `group:artifact:version sha256 bytes`", f"{name}:{number}")
            jar = LockedJar(match["coordinates"], match["sha256"], int(match["size"]))
            if jar.file_name in jars:
                raise _unusable(f"{jar.file_name} is there twice", f"{name}:{number}")
            jars[jar.file_name] = jar
        if not jars:
            raise _unusable("no jar in it", name)
        return cls(tuple(jars.values()))

    @classmethod
    def committed(cls) -> Self:
        """The lock in this folder."""
        return cls.parse(COMMITTED_LOCK.read_text("utf-8"), str(COMMITTED_LOCK))

    def render(self) -> str:
        """The text that `parse` reads, sorted, so that a new lock shows as a small diff."""
        head = "# Written by `python -m deploy.broker.lock`: coordinates, SHA-256 of the jar, bytes.\n"
        return head + "".join(f"{jar.coordinates} {jar.sha256} {jar.size}\n" for jar in sorted(self.jars))

    @property
    def digest(self) -> str:
        """16 hex digits that stand for exactly these jars: the name of their folder in the cache."""
        content = "".join(f"{jar.coordinates} {jar.sha256}\n" for jar in self.jars)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @property
    def kafka_version(self) -> str:
        """As in `4.1.2`; "" if the broker itself is not among the jars."""
        for jar in self.jars:
            group, artifact, version = jar.coordinates.split(":")
            if group == "org.apache.kafka" and artifact.startswith("kafka_"):
                return version
        return ""

    @property
    def size(self) -> int:
        """Bytes of all jars together."""
        return sum(jar.size for jar in self.jars)


def _unusable(reason: str, where: str) -> BrokerError:
    return BrokerError(
        f"the list of the broker's jars cannot be used: {reason}",
        where=where,
        fix="take the committed file back, or write it anew with `python -m deploy.broker.lock`",
    )
