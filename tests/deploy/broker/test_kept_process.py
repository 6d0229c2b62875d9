"""A kept process ends with its owner, whatever ends the owner. (The same with a real broker is in
test_kafka.py.)
"""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.broker.errors import BrokerError
from deploy.broker.kept_process import KeptProcess

ROOT = Path(__file__).parents[3]
WAIT_S = 30

# Stands in for the JVM: writes a line, then sleeps; ends in order on SIGTERM, after a last line. Each line in one
# write: the signal may come right behind the first, and `print` cannot be called within `print`.
SLEEPER = [
    sys.executable,
    "-uc",
    "import os, signal, time, sys\n"
    "signal.signal(signal.SIGTERM, lambda *_: (os.write(1, b'in order\\n'), sys.exit(0)))\n"
    "os.write(1, b'up\\n')\n"
    "time.sleep(600)",
]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)",
]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def kept(tmp_path: Path, log: Path) -> Iterator[KeptProcess]:
    process = KeptProcess(SLEEPER, tmp_path, log)
    yield process
    process.close()


def started(process: KeptProcess, log: Path) -> int:
    """Start, and wait for its first line, after which it can take signals."""
    before = log.read_text().count("up") if log.exists() else 0
    process.start()
    while not log.exists() or log.read_text().count("up") == before:
        assert process.pid is not None
    assert process.pid is not None
    return process.pid


def gone(pid: int) -> bool:
    """True once no such process runs; waits for it."""
    try:
        psutil.Process(pid).wait(WAIT_S)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


def owner(tmp_path: Path, remove: Path | None, then: str) -> tuple[subprocess.Popen[str], int, int]:
    """A Python owner that starts a sleeper and goes on with `then`; its pid, the keeper's and the
    sleeper's.
    """
    script = textwrap.dedent(
        f"""
        import os, psutil, sys, time
        from pathlib import Path
        from deploy.broker.kept_process import KeptProcess
        remove = {str(remove) if remove else None!r}
        here = Path({str(tmp_path)!r})
        kept = KeptProcess({SLEEPER!r}, here, here / "log", remove and Path(remove))
        kept.start()
        keeper = psutil.Process(kept.pid).ppid()
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-uc", script + "print(keeper, kept.pid)\n" + textwrap.dedent(then)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    keeper, sleeper = map(int, process.stdout.readline().split())
    return process, keeper, sleeper


def finish(process: subprocess.Popen[str]) -> None:
    process.wait(WAIT_S)
    assert process.stdout is not None
    process.stdout.close()


def test_it_starts_ends_and_starts_again(kept: KeptProcess, log: Path) -> None:
    """One keeper, many lives; each ended in order."""
    first = started(kept, log)
    kept.end(WAIT_S)
    assert kept.pid is None
    second = started(kept, log)
    assert first != second
    kept.end(WAIT_S)
    assert log.read_text().split("\n") == ["up", "in order", "up", "in order", ""]


def test_kill_leaves_no_time_for_order(kept: KeptProcess, log: Path) -> None:
    """SIGKILL, as the machine losing power."""
    pid = started(kept, log)
    kept.kill()
    assert kept.pid is None
    assert gone(pid)
    assert "in order" not in log.read_text()


def test_an_end_from_outside_is_seen(kept: KeptProcess, log: Path) -> None:
    """The owner learns that somebody else killed it."""
    pid = started(kept, log)
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)
    while kept.pid is not None:
        pass
    kept.end(WAIT_S)
    kept.kill()


def test_one_that_does_not_listen_is_killed_after_its_grace(tmp_path: Path, log: Path) -> None:
    """A stop always ends."""
    process = KeptProcess(STUBBORN, tmp_path, log)
    process.start()
    pid = process.pid
    assert pid is not None
    process.end(0.05)
    assert process.pid is None
    assert gone(pid)
    process.close()


def test_a_directory_has_one_at_a_time(kept: KeptProcess, tmp_path: Path, log: Path) -> None:
    """A second one is refused before it touches a file; when the first is gone, it may."""
    with pytest.raises(BrokerError, match="used by another broker"):
        KeptProcess(SLEEPER, tmp_path, log)
    kept.close()
    KeptProcess(SLEEPER, tmp_path, log).close()


def test_a_command_that_is_not_there_is_said(tmp_path: Path, log: Path) -> None:
    """The system's reason comes through."""
    process = KeptProcess([str(tmp_path / "no-java")], tmp_path, log)
    with pytest.raises(BrokerError, match="No such file"):
        process.start()
    process.close()


def test_ctrl_c_in_the_terminal_does_not_reach_it(kept: KeptProcess, log: Path) -> None:
    """It is in another session and process group than its owner, who drains first."""
    pid = started(kept, log)
    assert os.getsid(pid) != os.getsid(0)
    assert os.getpgid(pid) != os.getpgid(0)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_when_its_owner_is_killed(tmp_path: Path, number: signal.Signals) -> None:
    """No signal to the owner leaves it behind, and its temporary directory goes with it."""
    data = tmp_path / "data"
    data.mkdir()
    process, keeper, sleeper = owner(tmp_path, data, "time.sleep(600)")
    os.kill(process.pid, number)
    finish(process)
    assert gone(sleeper)
    assert gone(keeper)
    assert not data.exists()


def test_it_ends_when_its_owner_ends_without_a_word(tmp_path: Path) -> None:
    """A crash or a forgotten stop: data that shall stay is closed in order."""
    process, keeper, sleeper = owner(tmp_path, None, "")
    finish(process)
    assert gone(sleeper)
    assert gone(keeper)
    assert "in order" in (tmp_path / "log").read_text() or "up" not in (tmp_path / "log").read_text()


def test_a_fork_of_the_owner_that_lives_on_does_not_keep_it(tmp_path: Path) -> None:
    """The fork holds the pipe open; the keeper sees that its parent changed."""
    then = """
        if (fork := os.fork()) == 0:
            time.sleep(600)
        print(fork)
        time.sleep(600)
    """
    process, _, sleeper = owner(tmp_path, None, then)
    assert process.stdout is not None
    fork = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    finish(process)
    try:
        assert gone(sleeper)
    finally:
        os.kill(fork, signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can end a child with its parent by itself")
def test_it_ends_when_owner_and_keeper_are_killed_at_once(tmp_path: Path) -> None:
    """`killall -9 python` leaves no JVM."""
    process, keeper, sleeper = owner(tmp_path, None, "time.sleep(600)")
    for pid in (keeper, process.pid):
        os.kill(pid, signal.SIGKILL)
    finish(process)
    assert gone(sleeper)


def test_the_owner_survives_the_loss_of_its_keeper(kept: KeptProcess, log: Path) -> None:
    """It then counts as ended, and is."""
    pid = started(kept, log)
    os.kill(psutil.Process(pid).ppid(), signal.SIGKILL)
    while kept.pid is not None:
        pass
    assert gone(pid)
    with pytest.raises(BrokerError, match="keeper"):
        kept.start()
