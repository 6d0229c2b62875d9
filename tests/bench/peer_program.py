"""The peer: a Kafka Streams program that is built and run where java, javac and mvn are there."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from deploy.broker.places import cache_root
from schemas.topics import USAGE_EVENTS
from tests.bench.child import result_of
from tests.bench.failure import BenchError
from tests.bench.ground import Ground
from tests.bench.order import Run
from tests.bench.shape import Shape

SOURCES = Path(__file__).with_name("peer")
NEEDED = ("java", "javac", "mvn")
BUILD_TIMEOUT = 600.0


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

    def run(self, ground: Ground, shape: Shape, threads: int, cache_bytes: int = 0) -> Run:
        """Count the input of `shape` once, under a fresh application id."""
        application = ground.name("peer")
        output = f"{application}-crossings"
        ground.create(output, shape.partitions, {})
        state = ground.state(application)
        command = [
            "java", "-Xmx2g", "-cp", f"{self.folder / 'lib'}/*:{self.folder / 'classes'}", "Peer",
            ground.servers, application, f"{shape.prefix}{USAGE_EVENTS}", output,
            str(shape.events), str(threads), str(state), str(cache_bytes),
        ]  # fmt: skip
        try:
            return Run.of(result_of(command))
        finally:
            shutil.rmtree(state, ignore_errors=True)
            ground.delete(ground.starting_with(application))


def _make(folder: Path) -> None:
    fetch = ["mvn", "-q", "-B", "-f", str(SOURCES / "pom.xml"), "dependency:copy-dependencies"]
    _call([*fetch, f"-DoutputDirectory={folder / 'lib'}"])
    _call(["javac", "-cp", f"{folder / 'lib'}/*", "-d", str(folder / "classes"), str(SOURCES / "Peer.java")])


def _call(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=BUILD_TIMEOUT)
    except subprocess.CalledProcessError as error:
        raise BenchError(f"{command[0]} failed: {(error.stdout + error.stderr).strip()[-400:]}") from error
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"{command[0]} took longer than {BUILD_TIMEOUT:.0f} s") from error
