"""Apache Kafka on this machine: its jars and a Java, and the commands that run it."""

import base64
import os
import platform
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

from deploy.broker import server_properties
from deploy.broker.errors import BrokerError
from deploy.broker.jar_store import JarStore, exclusive
from deploy.broker.java import Java, Jvm
from deploy.broker.locked_jar import JarsLock
from deploy.broker.node import scratch_of, settings_of, storage_of
from deploy.broker.progress import OnProgress

_FEATURES = "bootstrap.checkpoint"

# Java writes ahead-of-time caches in one step, and reads them whatever the collector, from this release on.
_ARCHIVES_SINCE = 25
# Not the generated code: Java 25 may not find it again and says so on every start.
_CLASSES_ONLY = ("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTAdapterCaching", "-XX:-AOTStubCaching")


class Distribution:
    """What is the same for every broker of this user. `prepare` before anything else."""

    def __init__(self, root: Path, java: Java, lock: JarsLock) -> None:
        self._java = java
        self._jars = JarStore(root, lock)
        self._folder = self._jars.folder

    def prepare(self, on_progress: OnProgress) -> None:
        """Fetch the jars if need be. Raises `BrokerError`."""
        self._jars.fill(on_progress)

    def server_command(self, jvm: Jvm, folder: Path, archive: str | None = None) -> list[str]:
        """The command line of the broker whose node folder is `folder`. `archive` is the JVM option for
        `self.archive`.
        """
        made = self.archive
        if archive is None and made is not None and made.exists() and made.stat().st_size:
            archive = f"-XX:AOTCache={made}"
        options = (archive,) if archive else ()
        return self._command(jvm, scratch_of(folder), options, "kafka.Kafka", str(settings_of(folder)))

    def _command(self, jvm: Jvm, scratch: Path, options: tuple[str, ...], *program: str) -> list[str]:
        return [
            str(self._java.path),
            f"-Xms{jvm.heap}",
            f"-Xmx{jvm.heap}",
            "-XX:-UsePerfData",
            # What Kafka and its compressors do below Java's surface is known; newer Javas would warn of
            # it at each start.
            *(("--sun-misc-unsafe-memory-access=allow",) if self._java.major >= 23 else ()),
            *(("--enable-native-access=ALL-UNNAMED",) if self._java.major >= 17 else ()),
            *options,
            *(_CLASSES_ONLY if options else ()),
            "-Djava.awt.headless=true",
            f"-Djava.io.tmpdir={scratch}",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ",
            *jvm.options,
            "-cp",
            os.pathsep.join(str(jar) for jar in self._jars.class_path),
            *program,
        ]

    @property
    def archive(self) -> Path | None:
        """Where the classes of a started broker are kept, parsed and linked; None if this Java cannot do
        that.
        """
        if self._java.major < _ARCHIVES_SINCE:
            return None
        return self._folder / f"started-{self._java.version}-{platform.machine()}.aot"

    def format(self, log_dir: Path) -> None:
        """Make `log_dir` the storage of a new cluster; leave it alone if it is one already.

        Kafka's tool takes over a second for what are two small files. One of them, the features of this
        Kafka, never changes, so the tool writes it once per user; the other is four lines.
        """
        identity = log_dir / "meta.properties"
        if identity.exists():
            return
        log_dir.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self._features(), log_dir / _FEATURES)
        properties = {
            "version": "1",
            "cluster.id": _kafka_uuid(),
            "directory.id": _kafka_uuid(),
            "node.id": str(server_properties.NODE_ID),
        }
        # Last, and by a rename: the directory is formatted when this file is there.
        written = identity.with_suffix(".new")
        written.write_text(server_properties.render(properties), "utf-8")
        written.replace(identity)

    def _features(self) -> Path:
        kept = self._folder / _FEATURES
        if kept.exists():
            return kept
        with exclusive(self._folder / ".lock"), tempfile.TemporaryDirectory(prefix="cairn-format-") as name:
            if kept.exists():
                return kept
            folder = Path(name)
            file = settings_of(folder)
            file.write_text(server_properties.render(server_properties.settings(1, 2, storage_of(folder))), "utf-8")
            tool = self._command(
                Jvm("64m"),
                folder,
                (),
                "kafka.tools.StorageTool",
                "format",
                "-t",
                _kafka_uuid(),
                "-c",
                str(file),
            )
            done = subprocess.run(  # noqa: S603 - the command is ours
                tool, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise BrokerError(
                    f"Kafka's storage could not be formatted: {(done.stderr or done.stdout).strip()[-600:]}"
                )
            copy = kept.with_suffix(".copy")
            shutil.copyfile(storage_of(folder) / _FEATURES, copy)
            copy.replace(kept)
        return kept


def _kafka_uuid() -> str:
    """A random id as Kafka writes them: 16 bytes, base64 for URLs, and no leading hyphen, which its tools
    take for an option.
    """
    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return text
