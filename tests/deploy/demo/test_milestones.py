"""The demo's milestones file is one that a user may copy."""

from __future__ import annotations

from deploy.cli.milestones_file import sound_milestones
from deploy.demo.stage import milestones_file
from schemas.milestones import expand


def test_it_is_sound_and_shows_the_forms() -> None:
    """A ladder, an `every` and a first; of counts and sums; crossings are celebrated."""
    text, document = sound_milestones(milestones_file())
    assert document.history == "complete"
    assert {metric.kind for metric in document.metrics.values()} == {"count", "sum"}
    assert {"first-project", "documents-10", "documents-club", "revenue-1000"} <= {each.id for each in expand(document)}
    assert "#" in text
