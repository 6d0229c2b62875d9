"""What could reach nobody is a mistake: it is silent, and looks sound."""

from __future__ import annotations

import pytest

from schemas.milestones import Document, read_document
from tests.schemas.milestones.test_reader import SMALL, lines, with_line


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "  - {id: a, when: {projects: 9}, send_window: 22:00-23:00}",
            "10:47 this window lies inside the quiet hours 21:00-08:00, which hold by default: nothing could ever be"
            " sent | move it, or write quiet_hours: and others, or none",
        ),
        (
            "tiers: {minor: {send_window: weekends 06:00-08:00}}",
            "10:30 this window lies inside the quiet hours 21:00-08:00, which hold by default",
        ),
        (
            "  - {id: a, when: {projects: 9}, holdout: 100%}",
            "10:43 everybody is held out of 'a': it could reach nobody",
        ),
        (
            "  - {id: a, when: {signed_up: 30 days}, max_staleness: 6 hours}",
            "10:56 'a' comes at midnight, may be told from 08:00 on, and is stale after 6 hours: it could reach nobody"
            " | let it be fresh for a day",
        ),
        ("holdout: 100%", "10:10 everybody is held out: no milestone could reach anybody"),
        (
            "  - {id: a, when: {projects: 9}, audience: {metrics.projects: 5}}",
            "10:63 who reaches 'a' has 9 or more of 'projects': this fits nobody then",
        ),
        (
            "  - {id: a, when: {projects: every 9}, audience: {metrics.projects: [1, 8]}}",
            "10:69 who reaches 'a' has 9 or more of 'projects': this fits nobody then",
        ),
        (
            "  - {id: a, when: {projects: 9}, audience: {metrics.projects: null}}",
            "10:63 who reaches 'a' has 9 or more of 'projects'",
        ),
        (
            "  - {id: a, when: {projects: [9, 20]}, audience: {metrics.projects: 10}}",
            "10:69 who reaches 'a-20' has 20 or more of 'projects'",
        ),
        (
            "  - {id: a, when: {projects: 9}, audience: {metrics.projects: '9'}}",
            "10:63 'projects' is a number and never '9' | write a number, without quotes",
        ),
        (
            "  - {id: a, when: {projects: 9}, audience: {metrics.projects: {not: true}}}",
            "10:63 'projects' is a number and never true",
        ),
        (
            "  - {id: a, when: {documents: 9}, audience: {metrics.projects: 1.5}}",
            "10:64 'projects' counts in whole numbers and never is 1.5 | write 2",
        ),
        (
            "  - {id: a, when: {documents: 9}, audience: {metrics.projects: -1}}",
            "10:64 'projects' counts from 0 and never is -1",
        ),
        (
            "  - {id: a, when: {documents: 9}, audience: {metrics.teammates: 3}}",
            "10:65 no milestone is reached on 'teammates', so its number is not known: this fits nobody",
        ),
    ],
)
def test_what_could_reach_nobody_is_told(line: str, told: str) -> None:
    (found,) = lines(with_line(line))
    assert found.startswith(told)


@pytest.mark.parametrize(
    "line",
    [
        "  - {id: a, when: {projects: 9}, holdout: 99.99%}",
        "  - {id: a, when: {projects: 9}, holdout: 100%, status: draft}",
        "  - {id: a, when: {projects: 9}, audience: {metrics.projects: [5, 12]}}",
        "  - {id: a, when: {projects: 9}, audience: {metrics.projects: {not: 5}}}",
        "  - {id: a, when: {projects: 9}, audience: {metrics.documents: null}}",
        "  - {id: a, when: {documents: 9}, audience: {metrics.projects: 1}}",
        "  - {id: a, when: {documents: 9}, audience: {metrics.teammates: {not: 0}}}",
        "  - {id: a, when: {projects: 9}, send_window: 20:00-23:00}",
        "  - {id: a, when: {signed_up: 30 days}, max_staleness: 8 hours}",
        "  - {id: a, when: {signed_up: 30 days}, max_staleness: 1 hour, status: draft}",
        "  - {id: a, when: {projects: 9}, max_staleness: 1 hour}",
        "  - {id: a, when: {projects: 9}, audience: {plan: '9', trial: {not: true}}}",
    ],
)
def test_what_can_reach_somebody_is_sound(line: str) -> None:
    assert isinstance(read_document(with_line(line)), Document)


def test_a_window_at_night_is_sound_where_the_file_wants_no_quiet_hours() -> None:
    found = read_document(f"{SMALL}    send_window: 22:00-23:00\nquiet_hours: none\n")
    assert isinstance(found, Document)


def test_a_share_of_all_is_sound_where_every_milestone_has_its_own() -> None:
    assert isinstance(read_document(f"{SMALL}    holdout: 5%\nholdout: 100%\n"), Document)
