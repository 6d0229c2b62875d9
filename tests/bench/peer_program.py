"""The peers on Kafka Streams, of the bare and of the full profile: built and run where java, javac and mvn are."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.broker.places import cache_root
from schemas.topics import USAGE_EVENTS
from tests.bench.entry import Entry, Outputs
from tests.bench.failure import BenchError
from tests.bench.ground import Ground
from tests.bench.peer_setting import PeerSetting
from tests.bench.profiles import PROFILES
from tests.bench.shape import Shape

SOURCES = Path(__file__).with_name("peer")
NEEDED = ("java", "javac", "mvn")
BUILD_TIMEOUT = 600.0
ENDED_BY_SIGNAL = 128 + signal.SIGTERM
"""What java returns when it is told to end."""


@dataclass(frozen=True, slots=True)
class Peer:
    """The built program."""

    folder: Path

    @classmethod
    def build(cls) -> Peer:
        """Build it, or take what an earlier run built from the same sources.

        Raises:
            BenchError: a program is missing, or the build failed.
        """
        missing = [each for each in NEEDED if shutil.which(each) is None]
        if missing:
            raise BenchError(f"{', '.join(missing)} not on the path")
        sources = sorted(each for each in SOURCES.iterdir() if each.is_file())
        digest = hashlib.sha256(b"".join(each.read_bytes() for each in sources)).hexdigest()[:16]
        folder = cache_root() / "bench" / digest
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
                made = Path(scratch) / "peer"
                _make(made)
                # In one step: whatever stops the build leaves nothing that looks finished.
                made.rename(folder)
        return cls(folder)

    @contextmanager
    def entry(self, ground: Ground, prefix: str, shape: Shape, setting: PeerSetting) -> Iterator[Entry]:
        """Prepare a run on events of `shape` under a topic prefix; what it makes is gone afterwards."""
        application = ground.name("peer")
        outputs = Outputs(f"{application}-crossings")
        if PROFILES[shape.profile].strict:
            outputs = Outputs(f"{application}-crossings", f"{application}-nudges", f"{application}-letters")
        for topic in outputs.named().values():
            ground.create(topic, shape.partitions, {})
        state = ground.state(application)
        try:
            yield Entry(
                commands=(self._command(ground, prefix, shape, setting, application, outputs, str(state)),),
                group=application,
                outputs=outputs,
                leaves=ENDED_BY_SIGNAL,
            )
        finally:
            shutil.rmtree(state, ignore_errors=True)
            ground.delete(ground.starting_with(application))

    def _command(
        self,
        ground: Ground,
        prefix: str,
        shape: Shape,
        setting: PeerSetting,
        application: str,
        outputs: Outputs,
        state: str,
    ) -> list[str]:
        arguments = {
            "servers": ground.servers,
            "application": application,
            "input": f"{prefix}{USAGE_EVENTS}",
            **outputs.named(),
            "events": shape.warm_events + shape.events,
            "partitions": shape.partitions,
            "threads": setting.threads,
            "cache": setting.cache_bytes,
            "commit": setting.commit_ms,
            "state": state,
        }
        program = "PeerFull" if PROFILES[shape.profile].strict else "Peer"
        classes = f"{self.folder / 'lib'}/*:{self.folder / 'classes'}"
        return [
            "java",
            *setting.java(),
            "-cp",
            classes,
            program,
            *(f"{name}={each}" for name, each in arguments.items()),
        ]


def _make(folder: Path) -> None:
    fetch = ["mvn", "-q", "-B", "-f", str(SOURCES / "pom.xml"), "dependency:copy-dependencies"]
    _call([*fetch, f"-DoutputDirectory={folder / 'lib'}"])
    _call(
        [
            "javac",
            "-cp",
            f"{folder / 'lib'}/*",
            "-d",
            str(folder / "classes"),
            *map(str, sorted(SOURCES.glob("*.java"))),
        ]
    )


def _call(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=BUILD_TIMEOUT)
    except subprocess.CalledProcessError as error:
        raise BenchError(f"{command[0]} failed: {(error.stdout + error.stderr).strip()[-400:]}") from error
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"{command[0]} took longer than {BUILD_TIMEOUT:.0f} s") from error
