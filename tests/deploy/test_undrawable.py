"""Texts that pictures must leave out are known before anything is sent."""

from __future__ import annotations

from pathlib import Path

from deploy.undrawable import undrawable
from schemas.milestones.document import Document
from schemas.milestones.problem import Severity
from schemas.milestones.reader import read_document
from templates.languages.languages import Languages
from tests.channels.artwork.samples import make_font

FILE = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics: {documents: {count: events, from: made}}
milestones: [{id: documents, when: {documents: [10]}}]
"""
WORDS = """\
texts:
  share.reached: "達成 {amount}"
  email.path: 道のり
metrics:
  documents: {name: 文書, other: 文書}
units:
  sheets: {other: 枚}
milestones:
  documents: {title: "{number} 冊", means: 頑張った}
"""


def document(text: str = FILE) -> Document:
    found = read_document(text, "milestones.yaml")
    assert isinstance(found, Document)
    return found


def words(folder: Path) -> Path:
    (folder / "languages").mkdir(parents=True)
    (folder / "languages" / "ja.yaml").write_text(WORDS, encoding="utf-8")
    return folder


def test_the_words_of_spoken_languages_are_tried_too(tmp_path: Path) -> None:
    """Those that come onto pictures, each once, with its line; the placeholder is no text."""
    folder = words(tmp_path)
    found = undrawable(document(), Languages(("en", "ja"), folder), folder)
    assert [(Path(each.file).name, each.position.line) for each in found] == [
        ("ja.yaml", 5),
        ("ja.yaml", 7),
        ("ja.yaml", 9),
        ("ja.yaml", 2),
    ]
    assert {each.severity for each in found} == {Severity.ADVICE}
    assert "'文書' cannot be drawn on a picture: no font has" in found[0].message
    assert "fonts of templates.folder" in found[0].hint


def test_a_language_that_is_not_spoken_is_not_tried(tmp_path: Path) -> None:
    folder = words(tmp_path)
    assert undrawable(document(), Languages(("en",), folder), folder) == []


def test_the_file_itself_is_tried(tmp_path: Path) -> None:
    (problem,) = undrawable(document(FILE.replace("Acme", "里程碑")), Languages(("en",), None), None)
    assert problem.where == "milestones.yaml:2:17"


def test_an_own_font_draws_them(tmp_path: Path) -> None:
    folder = words(tmp_path)
    make_font(folder / "fonts" / "own.ttf", "達成文書枚冊 0123456789")
    assert undrawable(document(), Languages(("en", "ja"), folder), folder) == []
