"""What is saved is read; what is broken leaves the last sound version in place, and says so."""

from __future__ import annotations

import pytest

from deploy.preview.performance import Performance
from deploy.preview.state import State
from deploy.preview.workspace import Workspace
from tests.deploy.preview.installation import FILE, Installation


@pytest.fixture
def workspace(made: Installation) -> Workspace:
    return made.workspace()


def headline(workspace: Workspace) -> str:
    scene = workspace.view.scene
    assert scene is not None
    return Performance(scene, State(milestone="documents-10", contact="ada"), 1_795_185_667_120).push.title


def test_a_template_is_read_again(made: Installation, workspace: Workspace) -> None:
    made.write("templates/sum/headline.txt", "Well done: {{ value.phrase }}")
    workspace.reload()
    assert headline(workspace) == "Well done: 10 documents"
    assert workspace.view.version == 2


def test_a_broken_template_leaves_the_last_sound_one(made: Installation, workspace: Workspace) -> None:
    """With its line and its cure, as the check has it; milestones and contacts go on being read."""
    made.write("templates/sum/headline.txt", "First: {{ value.phrase }}")
    workspace.reload()
    made.write("templates/sum/headline.txt", "Then: {{ valeu.phrase }}")
    made.write("milestones.yaml", FILE.replace("[10, 100]", "[10, 100, 500]"))
    workspace.reload()
    assert headline(workspace) == "First: 10 documents"
    assert workspace.view.scene is not None
    assert "documents-500" in workspace.view.scene.choices.milestones
    (fault,) = workspace.view.faults
    assert fault.where.endswith("headline.txt:1")
    made.write("templates/sum/headline.txt", "Then: {{ value.phrase }}")
    workspace.reload()
    assert headline(workspace) == "Then: 10 documents"
    assert not workspace.view.faults


def test_a_broken_milestones_file_leaves_the_last_sound_one(made: Installation, workspace: Workspace) -> None:
    made.write("milestones.yaml", FILE.replace("tier: major", "tier: mayor", 1))
    workspace.reload()
    assert headline(workspace)
    line = 1 + FILE[: FILE.index("tier: major")].count("\n")
    assert any(f"milestones.yaml:{line}:" in each.where for each in workspace.view.faults)
    made.write("milestones.yaml", FILE)
    workspace.reload()
    assert workspace.view.faults == ()


def test_a_broken_contact_leaves_the_others(made: Installation, workspace: Workspace) -> None:
    """One that was sound stays as it was until its file is mended, or gone."""
    path = made.write("contacts/bo.yaml", "name: Bo")
    workspace.reload()
    made.write("contacts/bo.yaml", "nmae: Bo")
    workspace.reload()
    assert workspace.view.scene is not None
    assert workspace.view.scene.people["bo"].contact.name == "Bo"
    assert len(workspace.view.faults) == 1
    path.unlink()
    workspace.reload()
    assert "bo" not in workspace.view.scene.people
    assert not workspace.view.faults


def test_a_file_that_is_broken_from_the_first(made: Installation) -> None:
    """Nothing can be shown; it is once the file is sound."""
    made.write("milestones.yaml", "version: 1\n")
    workspace = made.workspace()
    assert workspace.view.scene is None
    assert workspace.view.faults
    made.write("milestones.yaml", FILE)
    workspace.reload()
    assert headline(workspace)


@pytest.mark.parametrize(
    "name",
    ["milestones.yaml", "templates/sum/lead.txt", "templates/deep/part.html", "contacts/x.yaml"],
)
def test_every_file_is_followed(made: Installation, name: str) -> None:
    before = made.sources.fingerprint()
    made.write(name, "something else, longer than before or new")
    assert made.sources.fingerprint() != before


def test_a_folder_that_is_gone_is_a_fault_and_no_end(made: Installation, workspace: Workspace) -> None:
    made.milestones.unlink()
    (made.folder / "templates" / "README.md").unlink()
    (made.folder / "templates").rmdir()
    workspace.reload()
    assert headline(workspace)
    assert len(workspace.view.faults) == 2


def test_templates_are_compiled_again_only_when_they_were_saved(made: Installation, workspace: Workspace) -> None:
    """It takes most of the time between a save and what is seen."""
    first = workspace.view.scene
    made.write("contacts/bo.yaml", "name: Bo")
    made.write("milestones.yaml", FILE.replace("[10, 100]", "[10, 100, 500]"))
    workspace.reload()
    second = workspace.view.scene
    assert first
    assert second
    assert second.renderer is first.renderer
    assert second.gallery is first.gallery, "pictures that were drawn need not be drawn again"
    assert "documents-500" in second.choices.milestones
    made.write("templates/sum/headline.txt", "Well done: {{ value.phrase }}")
    workspace.reload()
    assert workspace.view.scene
    assert workspace.view.scene.renderer is not first.renderer
    assert workspace.view.scene.gallery is not first.gallery, "the folder's fonts may be others"


def test_mistakes_in_templates_and_in_catalogues_are_told_together(made: Installation, workspace: Workspace) -> None:
    """Each by its line and cure; a setting that cannot be used is told as what it is."""
    made.write("templates/sum/headline.txt", "{{ valeu.phrase }}")
    made.write("templates/languages/en.yaml", "milestnes: {}\n")
    workspace.reload()
    assert {each.where.rpartition("/")[2] for each in workspace.view.faults} == {"headline.txt:1", "en.yaml:1"}
    assert all(each.hint for each in workspace.view.faults)
