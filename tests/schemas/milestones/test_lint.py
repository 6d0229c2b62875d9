"""Advice: what makes milestones matter; said with its place, and never a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

import deploy.cli.starter
from deploy.demo.installation import installation
from schemas.milestones import Document, Severity, lint, read_document
from schemas.milestones.lint import MOST

CONTRACT = Path(__file__).with_name("contract.yaml")
STARTER = Path(deploy.cli.starter.__file__).with_name("milestones.yaml")

HEAD = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {count: events, from: documents_processed}
  projects: {count: events, from: project_created}
  revenue: {sum: amount, from: payment_received}
  days: {streak: days, from: started}
  weeks: {streak: weeks, from: started}
milestones:
"""
FIRST_LINE = HEAD.count("\n") + 1
EARLY = "{id: first, when: {projects: 1}}"


def read(*milestones: str) -> Document:
    document = read_document(HEAD + "".join(f"  - {each}\n" for each in milestones), "m.yaml")
    assert isinstance(document, Document), document
    return document


def advice(*milestones: str) -> list[str]:
    return [problem.message for problem in lint(read(*milestones))]


def test_what_users_are_shown_first_needs_no_advice() -> None:
    """The demo, and what `cairn init` writes."""
    for file in (STARTER, installation().tracker.milestones):
        document = read_document(file.read_text(), file.name)
        assert isinstance(document, Document)
        assert lint(document) == []


def test_a_cap_that_looks_back_further_than_a_tier_stays_fresh_is_told() -> None:
    """As in the contract's own example: minors are fresh for a day, the cap is for seven."""
    document = read_document(CONTRACT.read_text(), "m.yaml")
    assert isinstance(document, Document)
    (found,) = lint(document)
    assert (found.where, found.message) == (
        "m.yaml:9:61",
        "tier 'minor' stays fresh for 1 day, and the cap looks back 7 days: what comes after 3 messages is refused as "
        "over_cap, not sent later",
    )
    assert "7 days" in found.hint


CAP = "cap: {messages: 3, within: 7 days}\n"


@pytest.mark.parametrize(
    ("more", "milestone", "whose"),
    [
        (CAP + "tiers: {major: {max_staleness: 1 week}}\n", "{id: big, when: {documents: 10}, tier: major}", []),
        (CAP + "tiers: {major: {max_staleness: 6 days}}\n", "{id: big, when: {documents: 10}, tier: minor}", []),
        (CAP, "{id: big, when: {documents: [10, 50]}, max_staleness: 2 days}", ["'big'"]),
        (CAP, "{id: big, when: {documents: 10}, status: draft, max_staleness: 2 days}", []),
        (CAP.replace("days}", "days, then: drop}"), "{id: big, when: {documents: 10}, max_staleness: 2 days}", []),
        ("", "{id: big, when: {documents: 10}, max_staleness: 2 days}", ["'big'"]),  # the default looks back as far
        ("cap: none\nbundle: 20 minutes\n", "{id: big, when: {documents: 10}, max_staleness: 20 minutes}", ["'big'"]),
        ("cap: none\nbundle: 0\n", "{id: big, when: {documents: 10}, max_staleness: 20 minutes}", []),
    ],
)
def test_what_waits_for_longer_than_it_stays_fresh_is_told_once(more: str, milestone: str, whose: list[str]) -> None:
    """For the cap or for its bundle; nothing is said of what is dropped at once, or never celebrated."""
    milestone = milestone.replace("tier: major", "tier: major, means: A lot.")
    document = read_document(more + HEAD + f"  - {EARLY}\n  - {milestone}\n", "m.yaml")
    assert isinstance(document, Document), document
    found = [each.message.split(" stays ")[0] for each in lint(document) if " stays fresh " in each.message]
    assert found == whose


def test_advice_has_a_place_and_a_cure_and_is_in_file_order() -> None:
    """Whichever rule it comes from."""
    problems = lint(
        read(
            "{id: gift, when: {revenue: 5000}, reward: free_month}",
            "{id: odd, when: {documents: 117}}",
            "{id: plea, when: {signed_up: 2 years}, ask: review}",
        )
    )
    assert [(each.where, each.message.split(" ")[0]) for each in problems] == [
        (f"m.yaml:{FIRST_LINE}:3", "no"),
        (f"m.yaml:{FIRST_LINE}:47", "'gift'"),
        (f"m.yaml:{FIRST_LINE + 1}:33", "'odd'"),
        (f"m.yaml:{FIRST_LINE + 2}:49", "'plea'"),
    ]
    assert {each.severity for each in problems} == {Severity.ADVICE}
    assert all(each.hint for each in problems)


@pytest.mark.parametrize(
    "when",
    [
        "{documents: 10}",
        "{documents: [10, 100]}",
        "{documents: every 10}",
        "{revenue: 9}",
        "{days: 7}",
        "{weeks: 1}",
        "{signed_up: 7 days}",
        "{signed_up: 1 week}",
    ],
)
def test_a_first_milestone_within_days_is_early(when: str) -> None:
    """A count of at most 10, a streak or an age of at most a week."""
    assert advice(f"{{id: m, when: {when}}}") == []


@pytest.mark.parametrize(
    "when", ["{documents: 20}", "{days: 14}", "{weeks: 2}", "{signed_up: 14 days}", "{signed_up: 1 month}"]
)
def test_without_an_early_one_there_is_advice(when: str) -> None:
    """Many would leave before anything is said to them."""
    assert advice(f"{{id: m, when: {when}}}") == ["no milestone comes early: many contacts leave before the first one"]


def test_a_threshold_is_a_round_number_of_what_it_counts() -> None:
    """365 days are a year, 365 documents are nothing; the hint names what is near."""
    (problem,) = lint(
        read(
            EARLY,
            "{id: year, when: {days: 365}}",
            "{id: papers, when: {documents: 365}}",
            "{id: two, when: {weeks: 52}}",
        )
    )
    assert problem.message == "'papers' is at 365, which is not a round number"
    assert problem.hint == "people remember numbers such as 300 or 400"


def test_the_unit_of_an_odd_age_is_said() -> None:
    """So that nobody looks for a number without one."""
    assert advice(EARLY, "{id: age, when: {signed_up: 33 days}}", "{id: streak, when: {days: every 11}}") == [
        "'age' is at 33 days, which is not a round number",
        "'streak' is at 11 days, which is not a round number",
    ]


@pytest.mark.parametrize(
    ("lower", "upper", "close"), [("20", "25", True), ("20", "30", False), ("[20, 70]", "80", True), ("2", "2", True)]
)
def test_neighbours_are_half_as_much_apart(lower: str, upper: str, close: bool) -> None:
    """1.5 times at least, from a ladder to a single one as well."""
    found = advice(EARLY, f"{{id: a, when: {{documents: {lower}}}}}", f"{{id: b, when: {{documents: {upper}}}}}")
    assert [message.startswith("'b' at") and "comes soon after 'a" in message for message in found] == [True] * close


def test_the_same_number_for_other_people_is_no_neighbour() -> None:
    """Two plans may have a milestone each at one threshold."""
    assert not advice(
        EARLY,
        "{id: a, when: {documents: 100}, audience: {plan: team}}",
        "{id: b, when: {documents: 100}, audience: {plan: business}}",
    )


def test_neighbours_are_in_sight_of_each_other() -> None:
    """10 times at most, and the hint names a round number between, whichever stands first in the file."""
    problems = lint(read(EARLY, "{id: b, when: {documents: 2000}}", "{id: a, when: {documents: [20, 200]}}"))
    assert problems == []
    (problem,) = lint(read(EARLY, "{id: b, when: {documents: 5000}}", "{id: a, when: {documents: [10, 100]}}"))
    assert problem.message == "'b' at 5,000 is far from 'a-100' at 100: more than 10 times it"
    assert problem.hint == "add one between them, such as 700"


def test_what_comes_again_fills_the_gap_above_it() -> None:
    """From its first time on there is never a long silence; below it there may be one."""
    assert advice(EARLY, "{id: club, when: {documents: every 100}}", "{id: top, when: {documents: 9000}}") == []
    (message,) = advice(EARLY, "{id: low, when: {documents: 8}}", "{id: club, when: {documents: every 100}}")
    assert message.startswith("'club' at 100 is far from 'low' at 8")


def test_metrics_are_no_neighbours_of_each_other() -> None:
    """Nor is the time since sign-up a ladder."""
    assert not advice(
        EARLY,
        "{id: a, when: {documents: 100}}",
        "{id: b, when: {revenue: 100}}",
        "{id: c, when: {signed_up: 30 days}}",
        "{id: d, when: {signed_up: every 1 year}}",
    )


def test_there_are_few_enough_to_be_occasions() -> None:
    """Rungs count one by one; the first that is too many is pointed at, once."""
    many = [
        f"{{id: m{power}, when: {{revenue: [{10**power}, {2 * 10**power}, {5 * 10**power}]}}}}" for power in range(7)
    ]
    (problem,) = lint(read(*many))
    assert problem.message == f"there are 21 active milestones; from the {MOST + 1}st on each means less"
    assert problem.where.startswith(f"m.yaml:{FIRST_LINE + 6}:")
    assert advice(*many[:-1], "{id: x, when: {projects: [1, 10]}}") == []


def test_only_major_milestones_ask_and_reward() -> None:
    """Both are said of a minor one, neither of a major one."""
    assert advice(
        "{id: a, when: {projects: 1}, ask: referral, reward: mug}",
        "{id: b, when: {projects: 10}, ask: review, reward: mug, tier: major, means: Much.}",
    ) == [
        "'a' is minor and asks for a referral: the request would outweigh the praise",
        "'a' is minor and gives the reward 'mug': rewards lose their worth",
    ]


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_only_active_milestones_count(status: str) -> None:
    """Neither for advice against them nor to make a file early."""
    odd = f"{{id: odd, when: {{documents: 117}}, ask: review, reward: mug, status: {status}}}"
    assert advice(EARLY, odd, f"{{id: near, when: {{documents: 118}}, status: {status}}}") == []
    assert advice(f"{{id: first, when: {{projects: 1}}, status: {status}}}", "{id: a, when: {documents: 20}}")
    assert advice(odd) == []
