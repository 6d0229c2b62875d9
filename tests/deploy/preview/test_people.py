"""Contacts in files: those that come with Cairn are sound, and every mistake in own ones has its line and its cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.preview.people import folder_of, read_people
from deploy.preview.person import Person
from deploy.preview.person_file import read_person
from schemas.errors import CairnError

FULL = """\
contact_id: c-1
name: Bo
email: bo@acme.com
consent_email: true
signed_up_at: 2026-01-20T08:00:00Z
numbers: {documents: 990, revenue: 12.50}
history:
  - {milestone: documents-100, value: 104, unit: documents, day: 2026-01-17}
"""


def test_those_that_come_with_cairn() -> None:
    """A full profile first; one without a name, a very long one, right to left, Polish, and a newcomer."""
    people, faults = read_people(None)
    assert not faults
    assert next(iter(people)) == "ada"
    assert people["nameless"].contact.name is None
    assert len(people["long-name"].contact.name or "") > 40
    assert people["layla"].contact.locale == "ar"
    assert people["kasia"].contact.locale == "pl"
    assert [each.milestone for each in people["kasia"].history or ()][-1] == "documents-1000"
    assert people["newcomer"].history == ()
    assert people["ada"].history is None


def test_a_contact_as_the_record_has_it() -> None:
    person = read_person(FULL, "bo.yaml", "bo")
    assert isinstance(person, Person), person
    assert (person.id, person.label, person.contact.contact_id) == ("bo", "Bo", "c-1")
    assert person.numbers["documents"] == 990
    assert [each.occurred_at for each in person.history or ()] == ["2026-01-17T12:00:00.000Z"]


def test_json_is_read_too() -> None:
    person = read_person('{"name": "Bo", "fcm_key": "t"}', "bo.json", "bo")
    assert isinstance(person, Person), person
    assert (person.contact.contact_id, person.contact.fcm_keys) == ("bo", ("t",))


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("name: [", "x.yaml:1", ""),
        ("- a", "x.yaml:1:1", "a mapping of fields"),
        ("nmae: Ada", "x.yaml:1:1", "no 'nmae'"),
        ("name: Ada\nconsent_email: maybe", "x.yaml:2", "consent_email is a text, not true or false"),
        ("signed_up_at: yesterday", "x.yaml:1", ""),
        ("name: Ada\nsigned_up_at: 0001-01-01T00:00:00Z", "x.yaml:2", "before 1980"),
        ("numbers: {documents: many}", "x.yaml:1", "'documents' is no number"),
        ("numbers: 5", "x.yaml:1", "mapping of metrics"),
        ("history: 5", "x.yaml:1", "a list"),
        ("history:\n  - {milestone: a, value: 1, day: 2026-02-30}", "x.yaml:2", "no day"),
        ("history:\n  - {value: 1, day: 2026-02-03}", "x.yaml:2", "'milestone' is missing"),
        ("history:\n  - {milestone: a, vlaue: 1, day: 2026-02-03}", "x.yaml:2", "has no 'vlaue'"),
        ("history:\n  - {milestone: a, occurrence: 0, day: 2026-02-03}", "x.yaml:2", "whole number from 1"),
        ("about: 5", "x.yaml:1", "a line of text"),
    ],
)
def test_a_mistake_has_its_line(text: str, where: str, says: str) -> None:
    found = read_person(text, "x.yaml", "x")
    assert isinstance(found, list)
    assert found[0].where.startswith(where)
    assert says in found[0].message


def test_all_mistakes_are_said_at_once() -> None:
    found = read_person("nmae: Ada\nabout: 5\nhistory: 5", "x.yaml", "x")
    assert isinstance(found, list)
    assert len(found) == 3
    assert "did you mean 'name'?" in found[0].hint


def test_own_ones_come_first_and_replace_ours(tmp_path: Path) -> None:
    (tmp_path / "bo.yaml").write_text(FULL)
    (tmp_path / "ada.json").write_text('{"name": "Augusta"}')
    (tmp_path / "broken.yaml").write_text("nmae: Ada")
    (tmp_path / "notes.txt").write_text("no contact")
    people, faults = read_people(tmp_path)
    assert list(people)[:2] == ["ada", "bo"]
    assert people["ada"].contact.name == "Augusta"
    assert "broken" not in people
    assert [each.where for each in faults] == [f"{tmp_path / 'broken.yaml'}:1:1"]


def test_the_folder_of_contacts(tmp_path: Path) -> None:
    """Beside the milestones file, also when it is made later; a folder that was named must be there."""
    assert folder_of(tmp_path / "milestones.yaml", None) == tmp_path / "contacts"
    with pytest.raises(CairnError, match="no such folder") as raised:
        folder_of(tmp_path / "milestones.yaml", tmp_path / "nothing")
    assert raised.value.exit == 2
