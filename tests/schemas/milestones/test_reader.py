"""`read_document`: the contract word for word, and every mistake at once with its place and its cure."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.milestones import Document, Position, Problem, read_document

CONTRACT = (Path(__file__).parent / "contract.yaml").read_text()

SMALL = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {sum: value, from: processed}
  projects: {count: events, from: created}
  teammates: {distinct: invitee, from: invited}
milestones:
  - id: first-project
    when: {projects: 1}
"""


def problems(text: str) -> list[Problem]:
    """Return the problems of a text that has some."""
    found = read_document(text, "m.yaml")
    assert isinstance(found, list)
    return found


def lines(text: str) -> list[str]:
    """Return the problems as ``line:column message | hint``."""
    return [f"{each.position.line}:{each.position.column} {each.message} | {each.hint}" for each in problems(text)]


def with_line(line: str) -> str:
    """Return the small file with one more line at its end, which is line 10."""
    return f"{SMALL}{line}\n"


def test_the_contract_is_read_word_for_word() -> None:
    """The published example is valid, and writing it back loses nothing."""
    document = read_document(CONTRACT)
    assert isinstance(document, Document)
    assert Document.model_validate(document.plain()).plain() == document.plain()
    club = document.plain()["milestones"][2]
    assert club["audience"] == {"plan": ["team", "business"], "trial": {"not": True}}
    assert club["holdout"] == "10%"
    assert document.plain()["tiers"]["major"]["send_window"] == "weekdays 09:00-11:30"


def test_a_document_knows_where_its_values_stand() -> None:
    """Later checks can point at them; a path that the text does not have is placed at what surrounds it."""
    document = read_document(SMALL, "m.yaml")
    assert isinstance(document, Document)
    assert document.problem(("milestones", 0, "when", "projects"), "x").where == "m.yaml:9:22"
    assert document.problem(("milestones", 0, "tier"), "x").position == Position(8, 5)
    assert Document.model_validate(document.plain()).problem(("version",), "x").where == "milestones"


def test_the_digest_is_that_of_what_is_said() -> None:
    """Comments, order of keys and spelling do not matter; a changed threshold does."""
    one = read_document(SMALL)
    other = read_document("# a comment\n" + SMALL.replace("name: Acme, url", "locale: en, name: 'Acme', url"))
    third = read_document(SMALL.replace("projects: 1", "projects: 2"))
    assert isinstance(one, Document)
    assert isinstance(other, Document)
    assert isinstance(third, Document)
    assert one.digest() == other.digest() != third.digest()


def test_every_mistake_of_a_file_is_told_at_once_in_its_order() -> None:
    """Notation, shape and what joins several values, in one run."""
    text = """\
version: 1
product: {nam: Acme, url: "https://acme.example"}
history: from-now
metrics:
  documents: {sum: value, form: processed}
  projects: {count: events, from: created, where: {sample: no}}
milestones:
  - id: First Project
    when: {project: 1}
  - {id: documents, when: {documents: [10, 5, x]}, tier: major, holdout: 5}
  - {id: documents, when: {projects: 1.5}}
"""
    assert lines(text) == [
        "2:10 the key 'name' is missing | add name: ...",
        "2:11 unknown key 'nam' | did you mean 'name'?",
        "3:10 'history' must be 'complete' or 'from_now', not 'from-now' | did you mean 'from_now'?",
        "5:14 the key 'from' is missing | name the events that it is counted from, such as from: document_created",
        "5:27 unknown key 'form' | did you mean 'from'?",
        "6:60 no without quotes is true or false to some YAML readers and text to others"
        ' | write false, or "no" in quotes for the text',
        "8:9 'First Project' cannot be the id of a milestone: use small letters, digits and single hyphens,"
        " such as first-project | write first-project",
        "9:12 there is no metric 'project' | did you mean 'projects'?",
        "10:5 the major milestone 'documents' does not say what it means to the contact"
        " | add means: and one sentence, or make it tier: minor",
        "10:44 5 comes after 10: a ladder ascends, each threshold once | sort the list and remove repeats",
        "10:47 the threshold must be a number, not 'x' | write a plain number, such as 100",
        "10:74 5 is not a percentage | write 5%",
        "11:10 the id 'documents' is taken | give every milestone an id of its own",
        "11:38 'projects' counts in whole numbers and never is 1.5 | write 2",
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "  - {id: a, when: {projects: 1, documents: 2}}",
            "10:19 'when' has 2 keys ('projects', 'documents') and takes exactly one",
        ),
        ("  - {id: a, when: {}}", "10:19 'when' must be a mapping with one key, not a mapping"),
        ("  - {id: a, when: 5}", "10:19 'when' must be a mapping with one key, not 5"),
        ("  - {id: a, when: {projects: 0}}", "10:30 the threshold must be above 0, not 0"),
        ("  - {id: a, when: {projects: -1}}", "10:30 the threshold must be above 0, not -1"),
        ("  - {id: a, when: {projects: true}}", "10:30 the threshold must be a number, not true"),
        (
            "  - {id: a, when: {projects: '7'}}",
            "10:30 the threshold must be a number, not '7' | write 7, without quotes",
        ),
        ("  - {id: a, when: {projects: 9223372036854775808}}", "10:30 the threshold 9.22337e+18 is beyond 2^63 - 1"),
        ("  - {id: a, when: {projects: []}}", "10:30 the ladder is empty"),
        ("  - {id: a, when: {projects: every}}", "10:30 the threshold must be a number, not 'every'"),
        ("  - {id: a, when: {projects: every x}}", "10:30 the step of 'every' must be a number, not 'x'"),
        ("  - {id: a, when: {teammates: 10001}}", "10:31 distinct values are counted up to 10000, and this is 10001"),
        ("  - {id: a, when: {teammates: every 20000}}", "10:31 distinct values are counted up to 10000"),
        (
            "  - {id: a, when: {signed_up: 30}}",
            "10:31 30 is not a duration | write a number and a unit, such as '30 days'",
        ),
        ("  - {id: a, when: {signed_up: 2 hours}}", "10:31 '2 hours': hours cannot be used here | use days, weeks,"),
        ("  - {id: a, when: {signed_up: every 1 yaer}}", "10:31 '1 yaer': unknown unit 'yaer' | did you mean 'years'?"),
        ("  - {id: a, when: {all_of: [first-project]}}", "10:28 'all_of' takes a list of at least two milestone ids"),
        ("  - {id: a, when: {all_of: [first-project, b]}}", "10:44 there is no milestone 'b'"),
        (
            "  - {id: a, when: {all_of: [first-projct, first-project]}}",
            "10:29 there is no milestone 'first-projct' | did you mean",
        ),
        ("  - {id: a, when: {all_of: [first-project, a]}}", "10:44 'a' waits for 'a', which waits for it"),
        (
            "  - {id: a, when: {all_of: [first-project, first-project]}}",
            "10:44 'first-project' stands twice in 'all_of'",
        ),
        ("  - {id: a, when: {signed_up: 1 day}, nudge: {near: 90%}}", "10:46 a nudge needs a threshold to be near to"),
        ("  - {id: a, when: {projects: 9}, nudge: {stuck_for: 5 days}}", "10:41 'nudge' does not say what near is"),
        ("  - {id: a, when: {projects: 9}, nudge: {near: 100%}}", "10:48 100% of a threshold is not near it"),
        ("  - {id: a, when: {projects: 9}, holdout: 101%}", "10:43 '101%' is more than 100%"),
        (
            "  - {id: a, when: {projects: 9}, status: activ}",
            "10:42 'status' must be 'draft', 'active' or 'retired', not 'activ'",
        ),
        (
            "  - {id: a, when: {projects: 9}, ask: [review]}",
            "10:39 'ask' must be 'review', 'referral' or 'testimonial', not a list",
        ),
        (
            "  - {id: a, when: {projects: 9}, audience: {metrics.project: 1}}",
            "10:45 there is no metric 'project' | did you mean",
        ),
        (
            "  - {id: a, when: {projects: 9}, audience: {plan: {in: [a]}}}",
            "10:51 a mapping here has exactly one key, 'not'",
        ),
        ("  - {id: a, when: {projects: 9}, call_to_action: {text: Go}}", "10:50 the key 'url' is missing"),
        (
            "  - {id: a, when: {projects: 9}, call_to_action: {text: Go, url: javascript:x}}",
            "10:66 'javascript:x' is not an address",
        ),
        ("  - {id: a, when: {projects: 9}, send_window: 9-11}", "10:47 '9-11': '9' is not a time of day"),
        (
            "  - {id: a, when: {projects: 9}, send_window: mon-fri 22:00-02:00}",
            "10:47 the send window 'mon-fri 22:00-02:00' crosses midnight",
        ),
        (
            "  - {id: a, when: {projects: 9}, send_window: mondy 09:00-11:00}",
            "10:47 'mondy 09:00-11:00': unknown day 'mondy' | did you mean 'mon'?",
        ),
        (
            "  - {id: a, when: {projects: 9}, max_staleness: 0 days}",
            "10:49 the amount of '0 days' must be from 1 to 36500",
        ),
        ("  - {id: a, when: {projects: 9}, max_staleness: 1 month}", "10:49 '1 month': month cannot be used here"),
        ("  - {id: 7, when: {projects: 9}}", "10:10 the id of a milestone is text, not 7"),
        ("  - {id: first-project, when: {projects: 9}}", "10:10 the id 'first-project' is taken"),
        ("  - {id: first, when: {projects: 9}, tier: huge}", "10:44 'tier' must be 'minor' or 'major', not 'huge'"),
        (
            "  - {id: a, when: {projects: 9}, id: b}",
            "10:34 the key 'id' stands here for the second time; the first is in line 10",
        ),
        ("  - first", "10:5 'milestones' must be a mapping, not 'first'"),
        ("cap: {messages: 0, within: 7 days}", "10:17 'messages' must be at least 1, not 0"),
        ("cap: {messages: 3, within: 7, then: defer}", "10:28 7 is not a duration"),
        ("quiet_hours: 21:00-21:00", "10:14 '21:00-21:00' starts and ends at the same minute"),
        ("quiet_hours: 24:00-08:00", "10:14 '24:00-08:00': there is no hour 24"),
        ("tiers: {minor: {channels: web_push}}", "10:27 'channels' must be a list, not 'web_push' | write [web_push]"),
        ("tiers: {minor: {channels: []}}", "10:27 'channels' must not be empty"),
        ("tires: {}", "10:1 unknown key 'tires' | did you mean 'tiers'?"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_its_cure(line: str, told: str) -> None:
    """One mistake, one problem, at the value or the key that is wrong."""
    (found,) = lines(with_line(line))
    assert found.startswith(told)


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("{from: a}", "10:6 this metric does not say how it counts"),
        ("{count: events, sum: value, from: a}", "10:27 a metric has one kind, and this has count and sum"),
        ("{count: evens, from: a}", "10:14 'count' must be 'events', not 'evens' | did you mean 'events'?"),
        ("{streak: months, from: a}", "10:15 'streak' must be 'days' or 'weeks', not 'months'"),
        ("{count: events, from: []}", "10:28 'from' is empty"),
        ("{count: events, from: [a, b, a]}", "10:35 'a' stands twice in 'from'"),
        ("{count: events, from: cairn.baseline}", "10:28 'cairn.baseline' is a name of Cairn's own events"),
        ("{count: events, from: 7}", "10:28 an event name is text, not 7"),
        ("{count: events, from: ' a'}", "10:28 ' a' cannot be the name of an event"),
        ("{count: events, from: a, where: {p: []}}", "10:42 an empty list matches nothing"),
        ("{count: events, from: a, where: {p: {not: {not: 1}}}}", "10:48 'not' takes a value or a list of values"),
        ("{count: events, from: a, history: all}", "10:40 'history' must be 'complete' or 'from_now', not 'all'"),
        ("{sum: 3, from: a}", "10:12 'sum' must be text, not 3"),
        ("count", "10:6 'm' must be a mapping, not 'count'"),
    ],
)
def test_a_mistake_in_a_metric_is_told(metric: str, told: str) -> None:
    """One mistake, one problem; the metric stands in line 10."""
    head, tail = SMALL.split("milestones:\n")
    (found,) = lines(f"{head}#\n#\n#\n  m: {metric}\nmilestones:\n{tail}")
    assert found.startswith(told)


def test_a_list_whose_items_are_all_wrong_is_not_called_empty() -> None:
    """One mistake is not told twice."""
    (found,) = lines(with_line("tiers: {minor: {channels: [webpush]}}"))
    assert found.startswith("10:28 'channels' must be 'email', 'web_push' or 'mobile_push', not 'webpush'")


def test_two_kinds_are_told_also_beside_a_misspelled_key() -> None:
    """What pydantic looks for only in a metric without other mistakes; but a misspelled kind is not a missing one."""
    both = lines(SMALL.replace("{count: events, from: created}", "{count: events, sum: value, form: created}"))
    assert [each.split(" |")[0] for each in both] == [
        "5:13 the key 'from' is missing",
        "5:34 a metric has one kind, and this has count and sum",
        "5:41 unknown key 'form'",
    ]
    (misspelled,) = lines(SMALL.replace("{count: events, from: created}", "{cuont: events, from: created}"))
    assert misspelled == "5:14 unknown key 'cuont' | did you mean 'count'?"


def test_names_of_metrics_are_words() -> None:
    """And the two words that `when` knows are taken."""
    (upper,) = lines(SMALL.replace("teammates:", "Team Mates:"))
    assert upper.startswith("6:3 'Team Mates' cannot be the name of a metric")
    assert upper.endswith("| write team_mates")
    (taken,) = lines(SMALL.replace("teammates:", "signed_up:"))
    assert taken.startswith("6:3 'signed_up' has a meaning of its own in 'when'")


def test_a_rung_and_a_single_milestone_cannot_share_an_id() -> None:
    """Ids are compared after ladders have become rungs."""
    text = with_line("  - {id: docs, when: {documents: [5, 10]}}\n  - {id: docs-10, when: {documents: 10}}")
    (found,) = lines(text)
    assert found.startswith("11:10 the id 'docs-10' is taken by a rung of the ladder 'docs'")


def test_a_ladder_is_no_member_of_a_composite() -> None:
    """Its rungs are, and they are named."""
    text = with_line("  - {id: docs, when: {documents: [5, 10]}}\n  - {id: all, when: {all_of: [docs, first-project]}}")
    (found,) = lines(text)
    assert found == "11:31 'docs' is a ladder, not a milestone | name a rung: 'docs-5' or 'docs-10'"


def test_a_window_within_the_quiet_hours_could_never_open() -> None:
    """In a tier and in a milestone; one that overlaps is fine."""
    quiet = "quiet_hours: 21:00-08:00\n"
    (closed,) = lines(f"{SMALL}{quiet}tiers: {{major: {{send_window: 22:00-23:00}}}}\n")
    assert closed.startswith("11:30 this window lies inside the quiet hours 21:00-08:00")
    open_ = read_document(f"{SMALL}{quiet}tiers: {{major: {{send_window: weekdays 06:00-08:01}}}}\n")
    assert isinstance(open_, Document)


@pytest.mark.parametrize("tier", ["minor", "major"])
def test_only_major_milestones_must_say_what_they_mean(tier: str) -> None:
    """A major one is a message about what the number means."""
    found = read_document(with_line(f"    tier: {tier}"))
    assert isinstance(found, list) is (tier == "major")


def test_a_meaning_that_cannot_be_read_is_not_called_missing() -> None:
    """What is wrong with a field is told once."""
    (found,) = lines(with_line("    tier: major\n    means: 3"))
    assert found.startswith("11:12 'means' must be text, not 3")


def test_thresholds_of_sums_may_be_decimal_and_stay_exact() -> None:
    """99.5 is 99.5, and 10.0 is 10."""
    document = read_document(with_line("  - {id: docs, when: {documents: [10.0, 99.5]}}"))
    assert isinstance(document, Document)
    assert document.milestones[1].when.plain() == {"documents": [10, Decimal("99.5")]}


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    """Whatever it is, it is told in problems."""
    assert isinstance(read_document(text), list)


@settings(deadline=None, max_examples=150)
@given(
    st.integers(0, len(CONTRACT) - 1),
    st.sampled_from(["", "{", "]", ":", "\t", "\n", "- ", "'", "0", "no", "&a ", "*a ", "!!x "]),
)
def test_no_slip_of_the_pen_makes_the_reader_fail(at: int, slip: str) -> None:
    """The contract with one stroke too many or too few is a document or a list of problems with places."""
    found = read_document(CONTRACT[:at] + slip + CONTRACT[at + 1 :])
    if isinstance(found, list):
        assert found
        assert all(each.position.line >= 1 and each.position.column >= 1 for each in found)
