"""Storage of a new cluster, and the command that runs on it."""

from pathlib import Path

import pytest

from deploy.broker.distribution import Distribution
from deploy.broker.java import Java, Jvm
from deploy.broker.locked_jar import JarsLock, LockedJar

LOCK = JarsLock((LockedJar("a:one:1", "0" * 64, 1), LockedJar("a:two:2", "1" * 64, 1)))


@pytest.fixture
def distribution(tmp_path: Path) -> Distribution:
    """A distribution whose features file is there already, so that no JVM runs."""
    made = distribution_on(tmp_path, "25.0.2")
    folder = tmp_path / "broker" / LOCK.digest
    folder.mkdir(parents=True)
    (folder / "bootstrap.checkpoint").write_bytes(b"features")
    return made


def distribution_on(root: Path, version: str) -> Distribution:
    return Distribution(root, Java(Path("/java/bin/java"), version), LOCK)


def test_each_new_storage_is_a_cluster_of_its_own(distribution: Distribution, tmp_path: Path) -> None:
    """Two brokers never pass for one: cluster and directory ids are random, in Kafka's own form."""
    texts = set()
    for name in ("one", "two"):
        distribution.format(tmp_path / name)
        assert (tmp_path / name / "bootstrap.checkpoint").read_bytes() == b"features"
        texts.add((tmp_path / name / "meta.properties").read_text())
    assert len(texts) == 2
    lines = dict(line.split("=") for line in texts.pop().splitlines())
    assert lines["version"] == "1"
    assert lines["node.id"] == "1"
    assert len(lines["cluster.id"]) == len(lines["directory.id"]) == 22


def test_storage_that_is_formatted_is_left_alone(distribution: Distribution, tmp_path: Path) -> None:
    """Formatting again would make a restart a new cluster and lose the data."""
    distribution.format(tmp_path / "data")
    before = (tmp_path / "data" / "meta.properties").read_text()
    distribution.format(tmp_path / "data")
    assert (tmp_path / "data" / "meta.properties").read_text() == before


def test_the_profile_of_the_jvm_is_in_the_command(distribution: Distribution, tmp_path: Path) -> None:
    """Heap and options are the owner's; every jar of the lock is on the class path, in its order."""
    command = distribution.server_command(Jvm("1g", ("-XX:+UseZGC",)), tmp_path)
    assert {"-Xms1g", "-Xmx1g", "-XX:+UseZGC"} <= set(command)
    class_path = command[command.index("-cp") + 1].split(":")
    assert [Path(each).name for each in class_path] == ["one-1.jar", "two-2.jar"]
    assert command[-2:] == ["kafka.Kafka", str(tmp_path / "server.properties")]


def test_an_archive_is_used_only_if_it_is_whole(distribution: Distribution, tmp_path: Path) -> None:
    """None yet, and the empty one of a failed attempt, are passed over."""
    archive = distribution.archive
    assert archive is not None
    for content, used in ((None, False), (b"", False), (b"classes", True)):
        if content is not None:
            archive.write_bytes(content)
        command = distribution.server_command(Jvm(), tmp_path)
        assert (f"-XX:AOTCache={archive}" in command) is used


@pytest.mark.parametrize(("version", "newer"), [("17.0.1", False), ("21", False), ("25.0.2", True), ("", False)])
def test_an_older_java_gets_no_option_that_it_does_not_know(tmp_path: Path, version: str, newer: bool) -> None:
    """It would refuse to start."""
    distribution = distribution_on(tmp_path, version)
    command = " ".join(distribution.server_command(Jvm(), tmp_path))
    assert ("--sun-misc-unsafe-memory-access" in command) is newer
    assert (distribution.archive is not None) is newer
