"""One process holds a slot; the second is told who does (rule 11)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.errors import CairnError
from stream.engine.slot import Slot
from stream.runtime.exits import Exit

HOLD = """
import sys
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


def test_a_directory_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    """Exit STORE with the setting to change."""
    (tmp_path / "app").write_text("in the way")
    with pytest.raises(CairnError, match="state directory") as refused:
        Slot(tmp_path, "app", "host", 0)
    assert refused.value.exit == Exit.STORE
    assert "CAIRN_TRACKER_STATE_DIR" in (refused.value.fix or "")
