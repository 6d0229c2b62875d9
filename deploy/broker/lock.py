"""`python -m deploy.broker.lock [kafka version]`: write `jars.lock` anew, from what the Maven
repositories hold today.
"""

import hashlib
import sys
import tempfile
from pathlib import Path

from deploy.broker.locked_jar import COMMITTED_LOCK, JarsLock, LockedJar
from deploy.broker.maven import Maven

KAFKA_VERSION = "4.1.2"

# Kafka's own declarations name no slf4j binding: without one its errors would go nowhere. This is the
# smallest one.
LOGGING = "org.slf4j:slf4j-simple:1.7.36"


def resolve(kafka_version: str, folder: Path) -> JarsLock:
    """The jars of that Kafka, fetched into `folder` and summed."""
    with Maven(folder) as maven:
        # Each root alone: resolved together, the declarations of one would choose versions for the other.
        coordinates = {*maven.closure(f"org.apache.kafka:kafka_2.13:{kafka_version}"), LOGGING}
        return JarsLock(tuple(_locked(each, maven.fetch(each, anew=True)) for each in sorted(coordinates)))


def _locked(coordinates: str, path: Path) -> LockedJar:
    content = path.read_bytes()
    return LockedJar(coordinates, hashlib.sha256(content).hexdigest(), len(content))


def main() -> None:
    """Resolve, write, say what was written."""
    version = sys.argv[1] if len(sys.argv) > 1 else KAFKA_VERSION
    with tempfile.TemporaryDirectory(prefix="cairn-jars-") as folder:
        lock = resolve(version, Path(folder))
    COMMITTED_LOCK.write_text(lock.render(), "utf-8")
    print(f"{COMMITTED_LOCK}: {len(lock.jars)} jars, {lock.size / 1e6:.0f} MB, Kafka {version}")


if __name__ == "__main__":
    main()
