"""`python -m tests.kafka.image [TAG]`: build an image of Kafka from this machine alone, and print its name."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import docker
from docker.errors import DockerException

from deploy.broker.errors import BrokerError
from deploy.broker.jar_store import JarStore
from deploy.broker.java import Java
from deploy.broker.locked_jar import JarsLock
from deploy.broker.places import cache_root
from tests.kafka.image.context import lay_out

TAG = "cairn-test-kafka:local"


def main(tag: str) -> int:
    """0 when the image is there; 1 when it cannot be built, with the reason."""
    try:
        java = Java.find()
        jars = JarStore(cache_root(), JarsLock.committed())
        jars.fill()
        with tempfile.TemporaryDirectory(prefix="cairn-image-") as folder:
            lay_out(Path(folder), java.path.parent.parent, jars.class_path)
            docker.from_env().images.build(path=folder, tag=tag, rm=True)
    except (BrokerError, DockerException, OSError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    print(tag)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else TAG))
