"""`cairn preview --out`: every message as files, the same for the same input."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.preview.folder import LIST, write_folder
from schemas.errors import CairnError
from tests.deploy.preview.installation import FILE, Installation


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_message_is_written(made: Installation) -> None:
    out = made.folder / "out"
    written = write_folder(made.settings(), made.sources, out)
    assert written.is_sound
    there = files(out)
    for name in ("email.html", "email.txt", "web-push.json", "mobile-push.json", "card.png"):
        assert f"en/documents-1000/{name}" in there
    assert "en/documents-10.stuck/web-push.json" in there
    assert "en/documents-10/email.html" not in there, "a minor milestone is not sent by email"
    index = there["index.html"].decode()
    assert 'href="en/documents-1000/email.html"' in index
    assert "5% of all contacts are held out" in index
    assert '<a href="#en">English</a>' in index
    assert there["en/documents-1000/card.png"].startswith(b"\x89PNG"), "the portal was asked for it"


def test_the_email_shows_its_pictures_from_the_disk(made: Installation) -> None:
    out = made.folder / "out"
    write_folder(made.settings(), made.sources, out)
    there = files(out)
    html = there["en/documents-1000/email.html"].decode()
    (picture,) = {each for each in html.split('"') if each.startswith("../../pictures/")}
    assert picture.removeprefix("../../") in there


def test_the_same_input_gives_the_same_files(made: Installation) -> None:
    """Or a review would show changes that nobody made."""
    for name in ("one", "two"):
        write_folder(made.settings(), made.sources, made.folder / name)
    assert files(made.folder / "one") == files(made.folder / "two")


def test_what_is_no_more_is_removed(made: Installation) -> None:
    """And nothing that somebody else put there."""
    out = made.folder / "out"
    write_folder(made.settings(), made.sources, out)
    (out / "notes.md").write_text("mine")
    made.write("milestones.yaml", FILE.replace("[10, 100]", "[10]"))
    write_folder(made.settings(), made.sources, out)
    there = files(out)
    assert "en/documents-100/web-push.json" not in there
    assert there["notes.md"] == b"mine"


def test_a_list_that_leads_out_of_the_folder_removes_nothing(made: Installation) -> None:
    out = made.folder / "out"
    write_folder(made.settings(), made.sources, out)
    (out / LIST).write_text("../milestones.yaml\n")
    write_folder(made.settings(), made.sources, out)
    assert made.milestones.is_file()


def test_a_folder_of_somebody_else_is_left_alone(made: Installation) -> None:
    with pytest.raises(CairnError, match="no preview wrote") as raised:
        write_folder(made.settings(), made.sources, made.folder)
    assert raised.value.exit == 2
    with pytest.raises(CairnError, match="is a file"):
        write_folder(made.settings(), made.sources, made.milestones)
