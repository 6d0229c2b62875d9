"""What the doctor sees without Kafka."""

from __future__ import annotations

from pathlib import Path

from deploy.cli.doctor.check import Mark
from deploy.cli.doctor.machine import milestones, state_dir, versions


def test_versions_are_named() -> None:
    """What a report of a fault needs."""
    assert all(name in versions().finding for name in ("Python 3.", "librdkafka", "rocksdict"))


def test_state_dir_that_can_be_made_is_fine(tmp_path: Path) -> None:
    """The directory need not exist yet, and looking at it does not make it."""
    assert state_dir(tmp_path / "a" / "b").mark is not Mark.FAIL
    assert not (tmp_path / "a").exists()


def test_state_dir_below_a_file_fails(tmp_path: Path) -> None:
    """A file in the way is named, with the setting to change."""
    (tmp_path / "f").write_text("")
    check = state_dir(tmp_path / "f" / "state")

    assert (check.mark, "state_dir of the role" in (check.cure or "")) == (Mark.FAIL, True)


def test_milestones_file(tmp_path: Path) -> None:
    """None is a warning, a broken one a failure that names the first mistake."""
    file = tmp_path / "milestones.yaml"
    assert milestones(file).mark is Mark.WARN
    file.write_text("version: 2\n")
    check = milestones(file)

    assert check.mark is Mark.FAIL
    assert "milestones.yaml:" in check.finding
