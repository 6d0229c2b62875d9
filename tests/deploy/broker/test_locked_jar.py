"""The lock says what may run: read strictly, named by its content."""

import hashlib
from pathlib import Path

import pytest

from deploy.broker.errors import BrokerError
from deploy.broker.lock import KAFKA_VERSION, LOGGING
from deploy.broker.locked_jar import COMMITTED_LOCK, JarsLock, LockedJar

SUM = "0123456789abcdef" * 4


def test_a_lock_survives_being_written_and_read() -> None:
    """What `render` writes, `parse` reads; comments and empty lines are nothing."""
    lock = JarsLock((LockedJar("a.b:one:1.0", SUM, 10), LockedJar("a.b:two_2.13:2.0-3", SUM, 20)))
    assert JarsLock.parse("\n# remark\n" + lock.render()) == lock


@pytest.mark.parametrize(
    "line",
    [
        "a:b:1",
        f"a:b:1 {SUM}",
        f"a:b {SUM} 3",
        f"a:b:1 {SUM[:-1]} 3",
        f"a:b:1 {SUM.upper()} 3",
        f"a:b:1 {SUM} 0",
        f"a:b:1 {SUM} -3",
        f"a:b:1 {SUM} 3 x",
        f"a/../b:c:1 {SUM} 3",
    ],
)
def test_a_line_that_is_not_whole_is_refused_by_its_number(line: str) -> None:
    """A damaged lock never means fewer checks."""
    with pytest.raises(BrokerError) as caught:
        JarsLock.parse(f"a:ok:1 {SUM} 3\n{line}\n", "jars.lock")
    assert caught.value.where == "jars.lock:2"


def test_a_lock_without_jars_is_refused() -> None:
    """An emptied file does not start a broker without a class path."""
    with pytest.raises(BrokerError):
        JarsLock.parse("# nothing\n")


def test_two_jars_of_one_file_name_are_refused() -> None:
    """They would overwrite each other in the folder."""
    with pytest.raises(BrokerError, match=r"one-1\.jar is there twice"):
        JarsLock.parse(f"a:one:1 {SUM} 3\nb:one:1 {SUM} 3\n")


def test_the_digest_follows_the_content() -> None:
    """Another jar, another folder in the cache: releases of Cairn never share a class path by mistake."""
    one = JarsLock((LockedJar("a:b:1", SUM, 10),))
    other = JarsLock((LockedJar("a:b:1", SUM[::-1], 10),))
    assert one.digest != other.digest
    assert one.digest == JarsLock.parse(one.render()).digest


@pytest.mark.parametrize(
    ("content", "verdict"),
    [(b"right", True), (b"wrong", False), (b"righ", False), (b"right!", False), (None, False)],
)
def test_a_file_matches_only_if_it_is_that_jar(tmp_path: Path, content: bytes | None, verdict: bool) -> None:
    """Half a file, a longer one, an altered one of the same size and none at all are not the jar."""
    jar = LockedJar("a:b:1", hashlib.sha256(b"right").hexdigest(), 5)
    path = tmp_path / jar.file_name
    if content is not None:
        path.write_bytes(content)
    assert jar.matches(path) is verdict


def test_the_committed_lock_is_as_its_command_writes_it() -> None:
    """Nobody edited it by hand, it holds the Kafka that the command names, and no address of a registry."""
    text = COMMITTED_LOCK.read_text("utf-8")
    lock = JarsLock.committed()
    assert lock.render() == text
    assert lock.kafka_version == KAFKA_VERSION
    assert LOGGING in {jar.coordinates for jar in lock.jars}
    assert "://" not in text
