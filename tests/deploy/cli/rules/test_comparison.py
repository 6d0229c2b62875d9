"""A file against the rules in force, in words."""

from __future__ import annotations

import pytest

from deploy.cli.rules.change import Change, Past
from deploy.cli.rules.comparison import compare
from schemas.milestones.document import Document
from schemas.milestones.reader import read_document
from schemas.rules import RulesVersion
from stream.core.adoption import next_version

FILE = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {sum: value, from: documents_processed}
  logins: {count: events, from: logged_in}
milestones:
  - {id: documents, when: {documents: [10, 1000]}}
  - {id: club, when: {documents: every 5000}}
  - {id: logins, when: {logins: 7}, status: draft}
"""


def parsed(text: str) -> Document:
    found = read_document(text)
    assert isinstance(found, Document), found
    return found


def applied(*texts: str) -> RulesVersion:
    """The last of these files in force, each applied in turn."""
    version = None
    for at, text in enumerate(texts):
        version = next_version(version, parsed(text), 1_790_000_000_000 + at)
    assert version is not None
    return version


def changed(*replaced: tuple[str, str], applied_before: tuple[str, ...] = (FILE,)) -> dict[str, Change]:
    """What a file with these replacements changes, by subject and name."""
    text = FILE
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    return {f"{each.subject} {each.name}": each for each in compare(applied(*applied_before), parsed(text))}


def fields(change: Change) -> dict[str, tuple[object, object]]:
    return {each.name: (each.before, each.after) for each in change.fields}


def test_the_first_file_adds_all() -> None:
    """Before anything is in force everything is new, and events that lie in the topic will count."""
    changes = compare(None, parsed(FILE))

    assert [f"{each.kind} {each.name}" for each in changes] == [
        "added documents",
        "added logins",
        "added documents-10",
        "added documents-1000",
        "added club",
        "added logins",
    ]
    assert "oldest event" in changes[0].remarks[0]


def test_the_same_file_with_other_words_changes_nothing() -> None:
    """Comments and defaults that are written out say nothing new."""
    assert changed(("{id: club,", "{id: club, tier: minor,")) == {}


def test_a_milestone_that_is_added_and_one_that_changes() -> None:
    """The rung that is new stands alone; of the other only what differs is told, from what to what."""
    found = changed(
        ("[10, 1000]", "[10, 50, 1000]"), ("{id: club,", "{id: club, tier: major, means: It is much., holdout: 5%,")
    )

    assert [*found] == ["milestone documents-50", "milestone club"]
    assert found["milestone documents-50"].summary == "documents reaches 50, minor"
    assert fields(found["milestone club"]) == {
        "tier": ("minor", "major"),
        "means": (None, "It is much."),
        "holdout": (None, "5%"),
    }


def test_a_removed_milestone_keeps_its_reached_set() -> None:
    """Nothing is forgotten, and a new id would not inherit it."""
    (found,) = changed(("  - {id: club, when: {documents: every 5000}}\n", "")).values()

    assert found.kind == "removed"
    assert "its reached set is kept; under another id it would be a new milestone" in found.remarks


def test_a_renamed_milestone_is_noticed() -> None:
    """The same condition under another id is most likely a mistake, and costs celebrations."""
    found = changed(("id: club", "id: the-club"))

    assert [*found] == ["milestone the-club", "milestone club"]
    assert "looks renamed from club" in found["milestone the-club"].remarks[0]
    assert "will not be celebrated" in found["milestone the-club"].remarks[0]


def test_another_condition_under_the_same_id() -> None:
    """Who reached it under the old condition is not celebrated again."""
    (found,) = changed(("every 5000", "every 4000")).values()

    assert fields(found) == {"when": ("documents every 5,000", "documents every 4,000")}
    assert "not celebrated for it again" in found.remarks[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("every 5000", "every 4000", "the first multiple of 4,000 above where it stands in documents"),
        ("{documents: every 5000}", "{documents: 5000}", "comes to it there"),
        ("{documents: every 5000}", "{signed_up: every 1 year}", "the first date from now on by 1 year"),
        ("{documents: every 5000}", "{signed_up: 30 days}", "longer ago than 30 days is past it and hears nothing"),
        (
            "{documents: every 5000}",
            "{all_of: [documents-10, documents-1000]}",
            "all of its members already is past",
        ),
    ],
)
def test_what_another_condition_does_is_said_truly(old: str, new: str, said: str) -> None:
    """What nobody hears again, and who hears what next."""
    (found,) = changed((old, new)).values()

    assert "not celebrated for it again" in found.remarks[0]
    assert said in " ".join(found.remarks)


@pytest.mark.parametrize(
    ("threshold", "said"),
    [
        ("20", "who has not reached it comes to it at 20"),
        ("4", "who stands between 4 and 7 is past it and hears nothing; who is below comes to it at 4"),
    ],
)
def test_a_threshold_that_is_raised_or_lowered(threshold: str, said: str) -> None:
    """One of them leaves people out, the other does not."""
    active = FILE.replace(", status: draft", "")
    moved = active.replace("logins: 7", f"logins: {threshold}")
    (found,) = compare(applied(active), parsed(moved))

    assert found.remarks[1] == said


def test_days_that_become_weeks_begin_anew() -> None:
    """No counter goes on from days to weeks, and no mark does."""
    days = FILE.replace("logins: {count: events", "logins: {streak: days")
    (found,) = compare(applied(days), parsed(days.replace("streak: days", "streak: weeks")))

    assert found.remarks[0] == "it counts weeks now, no longer days: each run, and the longest, begin anew at 0"
    assert "the first multiple of N above the new number" in found.remarks[1]


def test_changes_of_status() -> None:
    """A draft that becomes active for the first time, a milestone that retires, and one that comes back."""
    retired = ("{id: club,", "{id: club, status: retired,")
    found = changed((", status: draft", ""), retired)
    back = changed(applied_before=(FILE, FILE.replace(*retired)))

    assert found["milestone logins"].remarks == ("active for the first time",)
    assert found["milestone club"].remarks == ("no longer detected; its reached set is kept",)
    assert "detected again" in back["milestone club"].remarks[0]


def test_metrics_that_come_go_and_change() -> None:
    """A kind that changes counts something else; a metric that comes back lacks what came between."""
    seen = ("  logins: {count", "  seen: {count: events, from: seen}\n  logins: {count")
    kind = changed(("logins: {count: events", "logins: {streak: days"))["metric logins"]
    event = changed(("from: logged_in", "from: [logged_in, signed_in]"))["metric logins"]
    (added,) = changed(seen).values()
    (removed,) = changed(applied_before=(FILE.replace(*seen),)).values()
    (back,) = changed(seen, applied_before=(FILE.replace(*seen), FILE)).values()

    assert fields(kind)["counts"] == ("count of events", "streak of days")
    assert "starts anew at 0" in kind.remarks[0]
    assert "goes on from where it stands" in event.remarks[0]
    assert added.remarks == ("counted from now on, starting at 0",)
    assert "will be missing" in removed.remarks[0]
    assert "what happened in between is missing" in back.remarks[0]


def test_a_kind_that_is_changed_back_goes_on() -> None:
    """The counter of each kind is kept."""
    streak = FILE.replace("logins: {count: events", "logins: {streak: days")
    found = changed(applied_before=(FILE, streak))["metric logins"]

    assert "goes on from where it stood" in found.remarks[0]


def test_the_rest_of_the_file() -> None:
    """Product, cap and so on: by section, what is in it by its path."""
    found = changed(("name: Acme,", "name: Acme Inc,"), ("metrics:", "cap: {messages: 5, within: 7 days}\nmetrics:"))

    assert fields(found["setting product"]) == {"product.name": ("Acme", "Acme Inc")}
    assert found["setting cap"].kind == "changed", "a cap held before, by default"
    assert fields(found["setting cap"]) == {"cap.messages": (3, 5)}


def test_what_is_turned_off_comes_and_goes() -> None:
    """`none` is what there was, or is no more."""
    off = FILE.replace("metrics:", "cap: none\nquiet_hours: none\nmetrics:")
    (cap, quiet) = compare(applied(FILE), parsed(off))
    assert (cap.kind, cap.name, quiet.kind, quiet.name) == ("removed", "quiet_hours", "removed", "cap")
    assert fields(cap) == {"quiet_hours": ("21:00-08:00", "none")}
    assert [each.kind for each in compare(applied(off), parsed(FILE))] == ["added", "added"]


def test_a_default_that_is_written_out_changes_nothing() -> None:
    """The digest differs, and that must not read as another order."""
    said = FILE.replace("metrics:", "quiet_hours: 21:00-08:00\nmetrics:")
    (found,) = compare(applied(FILE), parsed(said))
    assert found.remarks == ("one of them writes out what holds by default in the other; nothing else follows",)


def test_only_another_order() -> None:
    """The digest differs, so it is a version of its own: that must not read as if nothing changed."""
    club = "  - {id: club, when: {documents: every 5000}}\n"
    (found,) = compare(applied(FILE), parsed(FILE.replace(club, "") + club))

    assert found.remarks == ("they stand in another order",)


def test_decimals_stay_exact_in_json() -> None:
    """A filter's decimal goes as text."""
    (found,) = changed(("from: logged_in", "from: logged_in, where: {plan: [a, 0.10]}")).values()

    assert found.document()["fields"] == [{"field": "where.plan", "before": None, "after": ["a", "0.10"]}]


def test_who_is_past_it_in_words() -> None:
    """Nobody, one, many; recorded or not."""
    assert Past(0, "10", recorded=False).words == "nobody is past 10 yet"
    assert Past(1, "10", recorded=False).words == "1 contact is already past 10 and will not be celebrated"
    assert (
        Past(1180, "10", recorded=True).words
        == "1,180 contacts are already past 10 and will be recorded, not celebrated"
    )
