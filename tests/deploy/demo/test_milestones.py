"""The demo's milestones file is one that a user may copy."""

from __future__ import annotations

from deploy.cli.milestones_file import sound_milestones
from deploy.cli.milestones_templates import mistakes_in, undrawable_texts
from deploy.demo.installation import installation
from schemas.milestones import expand
from schemas.milestones.condition import AllOf, Anniversary
from schemas.milestones.metric import Kind


def test_it_has_words_for_everything_in_each_of_its_languages() -> None:
    """What `cairn --config deploy/demo/cairn.toml milestones check` looks at, and every letter has a picture."""
    words = installation().templates
    _, document = sound_milestones(installation().tracker.milestones)
    assert words.languages == ("en", "fr", "pl", "ar")
    assert mistakes_in(words, document) == []
    assert undrawable_texts(words, document) == []


def test_it_is_sound_and_shows_every_kind() -> None:
    """A ladder, an `every` and a first; every kind of metric, an anniversary and a composite; crossings are
    celebrated.
    """
    text, document = sound_milestones(installation().tracker.milestones)
    assert document.history == "complete"
    assert {metric.kind for metric in document.metrics.values()} == set(Kind)
    assert {AllOf, Anniversary} <= {type(each.condition) for each in expand(document)}
    assert {"first-project", "documents-10", "documents-club", "revenue-1000"} <= {each.id for each in expand(document)}
    assert "#" in text
