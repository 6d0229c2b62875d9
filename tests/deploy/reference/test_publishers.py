"""Who publishes a metric is read from the code, so that no list has to be kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.reference.publishers import EVERY_ROLE, publishers


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Rooms with nothing in them."""
    for room in ("stream/tracker", "stream/engine", "stream/runtime", "channels/portal"):
        (tmp_path / room).mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    "code",
    [
        "from stream.runtime.metrics import UNSUBSCRIPTIONS",
        "from stream.runtime import metrics\nprint(metrics.UNSUBSCRIPTIONS)",
        "from stream.runtime import metrics as m\nprint(m.UNSUBSCRIPTIONS)",
    ],
)
def test_a_metric_is_of_the_room_that_uses_it(root: Path, code: str) -> None:
    (root / "channels/portal/visits.py").write_text(code)

    assert publishers(root) == {"cairn_unsubscriptions_total": ("portal",)}


def test_what_the_engine_counts_both_its_roles_do(root: Path) -> None:
    (root / "stream/engine/commit.py").write_text("from stream.runtime.metrics import COMMIT_SECONDS")

    assert publishers(root) == {"cairn_commit_seconds": ("tracker", "planner")}


def test_what_the_supervisor_alone_tells_is_of_every_role(root: Path) -> None:
    (root / "stream/runtime/collect.py").write_text("from stream.runtime.metrics import WORKER_UP, EVENTS")
    (root / "stream/tracker/counting.py").write_text("from stream.runtime.metrics import EVENTS")

    assert publishers(root) == {"cairn_worker_up": EVERY_ROLE, "cairn_events_total": ("tracker",)}


def test_other_names_are_no_metrics(root: Path) -> None:
    (root / "stream/tracker/counting.py").write_text("import os\nfrom stream.runtime.metrics import Kind\nos.sep")

    assert publishers(root) == {}
