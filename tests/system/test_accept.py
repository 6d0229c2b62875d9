"""`cairn topics accept`: what was made anew on purpose, or by mistake, is gone on with; nothing twice, nothing lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from deploy.cli.__main__ import cairn
from stream.runtime.exits import Exit
from tests.system.crossings import assert_crossed_once, contacts, step
from tests.system.rig import Rig
from tests.system.running_worker import RunningWorker

pytestmark = pytest.mark.system

Accept = Callable[..., tuple[int, Any]]


@pytest.fixture
def accept(rig: Rig, capfd: pytest.CaptureFixture[str]) -> Accept:
    """Run the verb for the tracker whose stores are those of worker `a`; return its code and its document."""
    config = rig.directory / "cairn.toml"
    config.write_text(
        f'[kafka]\nbootstrap_servers = "{rig.bootstrap}"\n[topics]\nprefix = "{rig.prefix}"\npartitions = 4\n'
        f'[tracker]\nstate_dir = "{rig.state_of("a")}"\n'
    )

    def run(*arguments: str) -> tuple[int, Any]:
        capfd.readouterr()
        code = cairn(["topics", "accept", "--role", "tracker", "--config", str(config), "--json", *arguments])
        captured = capfd.readouterr()
        return code, json.loads(captured.out or captured.err)

    return run


def _worked(rig: Rig) -> RunningWorker:
    """A worker that has counted everybody once, one step before the crossing."""
    rig.usage.send(step(contacts(40), "first"))
    worker = rig.worker("a").wait_owning(4)
    rig.wait_processed()
    return worker


def _cross(rig: Rig) -> None:
    rig.usage.send(step(contacts(40), "second"))
    rig.worker("a").wait_owning(4)
    rig.wait_processed()
    assert_crossed_once(rig, contacts(40))


def test_a_changelog_deleted_under_a_running_worker_is_written_back_from_its_stores(rig: Rig, accept: Accept) -> None:
    """The worker stops within seconds, and so does every next one; the stores hold what the new changelog lacks."""
    worker = _worked(rig)
    rig.delete_topics(rig.changelog)
    rig.make_topics(rig.changelog)
    assert worker.wait_exit() == Exit.DRIFT  # made anew, or missing if it asked between the two
    again = rig.worker("a")
    assert again.wait_exit() == Exit.DRIFT
    assert again.farewell is not None
    assert f"changelog {rig.changelog} was deleted and made anew" in again.farewell.what

    code, told = accept()
    assert code == Exit.FINDINGS
    (role,) = told["roles"]
    assert role["other_topics"] == [rig.changelog]
    assert {each["state"] for each in role["partitions"]} == {"local store"}
    assert not told["written"]
    assert accept("--yes")[0] == Exit.OK
    assert accept() == (Exit.OK, {"sound": True, "written": False, "roles": accept()[1]["roles"]})
    # The next worker has no store, so that what was written back is all there is.
    shutil.rmtree(rig.state_of("a"))
    _cross(rig)


def test_without_a_whole_store_a_deleted_changelog_is_lost_and_said_so(rig: Rig, accept: Accept) -> None:
    """Nothing is written that would make a part of a state look whole."""
    worker = _worked(rig)
    worker.stop()
    shutil.rmtree(rig.state_of("a"))
    rig.delete_topics(rig.changelog)
    rig.make_topics(rig.changelog)
    code, told = accept("--yes")
    assert code == Exit.FINDINGS
    assert not told["written"]
    faults = {fault for each in told["roles"][0]["partitions"] for fault in each["faults"]}
    assert all("holds no state, though offsets were committed" in fault for fault in faults)


def test_an_input_made_anew_goes_on_where_the_operator_says(rig: Rig, accept: Accept) -> None:
    """The new topic is longer than the old position: without a word nobody goes on in it, and none of it is lost."""
    worker = _worked(rig)
    worker.stop()
    rig.delete_topics(rig.inputs)
    rig.make_topics(rig.inputs)
    rig.usage.send(step(contacts(40), "second"))
    rig.usage.send(step(contacts(20, "other"), "filler"))
    refused = rig.worker("a")
    assert refused.wait_exit() == Exit.DRIFT
    assert refused.farewell is not None
    assert f"input {rig.inputs} was deleted and made anew" in refused.farewell.what

    code, told = accept("--yes")
    assert (code, told["written"]) == (Exit.FINDINGS, False)
    assert any("say where to go on" in each["faults"][0] for each in told["roles"][0]["partitions"])
    assert accept("--yes", "--from", "usage-events=beginning")[0] == Exit.OK
    rig.worker("a").wait_owning(4)
    rig.wait_processed()
    assert_crossed_once(rig, contacts(40))


def test_an_output_made_anew_is_taken_as_it_is(rig: Rig, accept: Accept) -> None:
    """What was written to the old one is gone, and what was not yet said is said once."""
    worker = _worked(rig)
    worker.stop()
    rig.delete_topics(rig.crossed)
    rig.make_topics(rig.crossed)
    assert rig.worker("a").wait_exit() == Exit.DRIFT
    assert accept("--yes")[0] == Exit.OK
    _cross(rig)


def test_running_workers_are_not_pulled_away_under(rig: Rig, accept: Accept) -> None:
    """Exit 2, with who is at work and where."""
    worker = _worked(rig)
    code, told = accept("--yes")
    assert code == Exit.USAGE
    assert "are at work: 1" in told["error"]["what"]
    worker.stop()


@pytest.mark.parametrize(
    "start", ["usage-events", "usage-events=", "usage-events=soon", "usage-event=end", "milestone-rules=end"]
)
def test_a_place_that_is_none_is_a_usage_error(rig: Rig, accept: Accept, start: str) -> None:
    """Before anything is looked at."""
    code, told = accept("--from", start)
    assert code == Exit.USAGE
    assert "--from" in told["error"]["where"]
