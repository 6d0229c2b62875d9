"""One process holds a slot; the second is told who does (rule 11)."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.errors import CairnError
from stream.engine.slot import Slot
from stream.runtime.exits import Exit

HOLD = """
import sys
from collections.abc import Callable
from pathlib import Path
from schemas.errors import CairnError
from stream.engine.slot import Slot
try:
    slot = Slot(Path(sys.argv[1]), "app", "host", 0)
except CairnError as error:
    print(error)
    raise SystemExit(error.exit)
print("held", flush=True)
sys.stdin.read()
"""


def _second(state: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(state)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_a_second_process_exits_with_a_code_of_its_own(tmp_path: Path) -> None:
    """SLOT_HELD, and the message names the holder's pid and the directory."""
    slot = Slot(tmp_path, "app", "host", 0)
    with _second(tmp_path) as second:
        said, _ = second.communicate(timeout=60)
    assert second.returncode == Exit.SLOT_HELD
    assert f"pid {os.getpid()}" in said
    assert str(slot.path) in said
    slot.release()


def test_a_killed_holder_frees_its_slot(tmp_path: Path) -> None:
    """The lock is the kernel's: no stale file keeps the next worker out."""
    with _second(tmp_path) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(CairnError) as held:
            Slot(tmp_path, "app", "host", 0)
        assert f"pid {holder.pid}" in held.value.what
        holder.kill()
        holder.wait(timeout=60)
    Slot(tmp_path, "app", "host", 0).release()


def test_a_released_slot_can_be_taken_again(tmp_path: Path) -> None:
    """A drained worker and its successor may be the same process."""
    Slot(tmp_path, "app", "host", 0).release()
    Slot(tmp_path, "app", "host", 0).release()


def test_neighbours_do_not_meet(tmp_path: Path) -> None:
    """Other indexes and other apps have slots of their own."""
    slots = [Slot(tmp_path, app, "host", index) for app in ("one", "two") for index in (0, 1)]
    assert len({slot.path for slot in slots}) == len({slot.transactional_id for slot in slots}) == 4
    for slot in slots:
        slot.release()


def test_the_ids_are_stable_and_start_with_the_app(tmp_path: Path) -> None:
    """A restarted worker must fence its predecessor, so nothing random is in the id; ACLs go by the prefix."""
    slot = Slot(tmp_path, "p-cairn-tracker", "pod-3", 7)
    assert slot.transactional_id == slot.instance_id == "p-cairn-tracker-pod-3-7"
    slot.release()


def _file_in_the_way(state: Path) -> Path:
    (state / "app").write_text("in the way")
    return state


def _is_a_file(state: Path) -> Path:
    file = state / "state"
    file.write_text("")
    return file


def _lock_is_a_directory(state: Path) -> Path:
    (state / "app" / "0" / "lock").mkdir(parents=True)
    return state


@pytest.mark.parametrize("spoil", [_file_in_the_way, _is_a_file, _lock_is_a_directory])
def test_a_directory_that_cannot_be_used_is_a_setting_to_change(tmp_path: Path, spoil: Callable[[Path], Path]) -> None:
    """Exit 2 with the settings: started again, the worker would meet the same for ever."""
    with pytest.raises(CairnError, match="state directory") as refused:
        Slot(spoil(tmp_path), "app", "host", 0)
    assert refused.value.exit == Exit.USAGE
    assert "CAIRN_TRACKER_STATE_DIR" in (refused.value.fix or "")


def test_a_slot_knows_its_last_member(tmp_path: Path) -> None:
    """The next worker in the directory need not wait for the end of a dead one's session."""
    slot = Slot(tmp_path, "app", "host", 0)
    assert slot.member is None
    slot.remember("m-1")
    slot.remember("m-2")
    slot.release()
    assert Slot(tmp_path, "app", "host", 0).member == "m-2"


def test_a_copied_directory_knows_no_member(tmp_path: Path) -> None:
    """The worker in the directory that was copied may live: a clone of its machine must not fence it."""
    slot = Slot(tmp_path / "one", "app", "host", 0)
    slot.remember("m-1")
    shutil.copytree(tmp_path / "one", tmp_path / "clone")
    assert Slot(tmp_path / "clone", "app", "host", 0).member is None
    slot.release()


def test_a_member_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    """It saves a wait, no more."""
    Slot(tmp_path, "app", "host", 0).release()
    (tmp_path / "app" / "0" / "member").write_bytes(b"\xff\xfe")
    assert Slot(tmp_path, "app", "host", 0).member is None


@pytest.mark.parametrize(
    ("number", "exit_code"),
    [
        (errno.EROFS, Exit.USAGE),
        (errno.EACCES, Exit.USAGE),
        (errno.EPERM, Exit.USAGE),
        (errno.ENOSPC, Exit.STORE),
        (errno.EDQUOT, Exit.STORE),
        (errno.EIO, Exit.STORE),
    ],
    ids=errno.errorcode.get,
)
@pytest.mark.parametrize("where", ["os.open", "os.pwrite", "pathlib.Path.write_bytes", "pathlib.Path.mkdir"])
def test_what_may_pass_is_told_from_what_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, number: int, exit_code: Exit
) -> None:
    """At whichever step the file system says it; the slot is free afterwards."""

    def fails(*_args: object, **_more: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(where, fails)
        with pytest.raises(CairnError) as refused:
            Slot(tmp_path, "app", "host", 0)
    assert refused.value.exit == exit_code
    assert os.strerror(number) in (refused.value.where or "")
    Slot(tmp_path, "app", "host", 0).release()


def test_a_file_system_without_locks_is_no_slot_that_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody holds it, and nobody ever could."""

    def no_locks(*_args: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", no_locks)
    with pytest.raises(CairnError, match="cannot be locked") as refused:
        Slot(tmp_path, "app", "host", 0)
    assert refused.value.exit == Exit.USAGE


def test_the_stores_of_another_user_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once run as root, then as oneself: RocksDB would refuse, and each restart wipe in vain."""
    store = tmp_path / "app" / "0" / "7"
    store.mkdir(parents=True)
    monkeypatch.setattr("os.access", lambda path, _mode: Path(path) != store)

    with pytest.raises(CairnError) as refused:
        Slot(tmp_path, "app", "host", 0)
    assert refused.value.exit == Exit.USAGE
    assert str(store) in (refused.value.where or "")
