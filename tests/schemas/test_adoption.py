"""Do the numbers of one adoption go on from those of another?"""

from __future__ import annotations

import pytest

from schemas.adoption import AdoptedMetric, AdoptedMilestone, Adoption, renumbered


def adoption(version: int, metrics: dict[str, int], milestones: dict[str, int]) -> Adoption:
    return Adoption(
        version,
        "digest",
        {f"{name}/count": AdoptedMetric(number, 1, 1) for name, number in metrics.items()},
        {name: AdoptedMilestone(number, 1) for name, number in milestones.items()},
    )


KNOWN = adoption(3, {"projects": 0, "logins": 1}, {"first-project": 0})


def test_a_later_apply_goes_on() -> None:
    later = adoption(4, {"projects": 0, "logins": 1, "calls": 2}, {"first-project": 0, "ten": 1})
    assert renumbered(KNOWN, KNOWN) is None
    assert renumbered(KNOWN, later) is None


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (adoption(4, {"logins": 0, "projects": 1}, {"first-project": 0}), "the metric projects/count"),
        (adoption(4, {"projects": 0}, {"first-project": 0}), "the metric logins/count"),
        (adoption(4, {"projects": 0, "logins": 1}, {"ten": 0, "first-project": 1}), "the milestone first-project"),
        (adoption(4, {"projects": 0, "logins": 1}, {}), "the milestone first-project"),
    ],
)
def test_rules_of_another_topic_do_not(other: Adoption, what: str) -> None:
    """No apply gives a number twice or forgets one: these were numbered anew."""
    assert renumbered(KNOWN, other) == what
