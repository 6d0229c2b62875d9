"""What the image is built from is all that Kafka's start needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.broker.java import Java
from tests.kafka.image.context import lay_out


@pytest.fixture
def context(tmp_path: Path) -> Path:
    jar = tmp_path / "kafka-9.jar"
    jar.write_bytes(b"jar")
    folder = tmp_path / "context"
    folder.mkdir()
    lay_out(folder, Java.find().path.parent.parent, [jar])
    return folder


@pytest.mark.skipif("sys.platform != 'linux'", reason="the image has this machine's programs")
def test_it_has_a_shell_java_the_jars_the_start_and_a_loader(context: Path) -> None:
    """Nothing is pulled: the image begins empty."""
    root = context / "root"

    assert "FROM scratch" in (context / "Dockerfile").read_text("utf-8")
    assert (root / "opt/java/bin/java").stat().st_mode & 0o111
    assert (root / "bin/sh").stat().st_mode & 0o111
    assert [each.name for each in (root / "opt/kafka/libs").iterdir()] == ["kafka-9.jar"]
    assert (root / "etc/kafka/docker/run").is_file()
    assert list(root.glob("lib*/**/libc.so*"))
    assert list(root.glob("lib*/**/ld-*"))
