"""What is said of a channel."""

from __future__ import annotations

import msgspec
import pytest

from deploy.cli.explain.celebration import OnChannel
from deploy.cli.explain.waits import Cause, Wait
from deploy.cli.explain.words import LATE_MS, Clock, lines_of
from schemas.moment import parse_rfc3339
from tests.deploy.cli.explain.test_celebration import AT, decided, receipt

DECIDED = parse_rfc3339(AT)
PARIS = Clock(DECIDED, "Europe/Paris")


def wait(cause: Cause, until_ms: int | None = DECIDED, clock: Clock = PARIS) -> str:
    (line,) = lines_of(OnChannel("web_push", "later", wait=Wait("web_push", cause, until_ms)), clock)
    return line


@pytest.mark.parametrize("cause", ["profile", "consent", "unreachable", "cap", "hours", "look"])
def test_a_wait_names_its_moment_by_the_contacts_clock(cause: Cause) -> None:
    """14:41 in London is 15:41 in Paris."""
    assert "2026-11-20 15:41:08 Europe/Paris" in wait(cause, DECIDED + 1000)


def test_a_zone_that_is_not_known_here_is_utc() -> None:
    """As for the planner; and it says so."""
    assert "14:41:07 UTC" in wait("hours", clock=Clock(DECIDED, "Mars/Olympus"))


def test_a_planner_that_is_late_is_asked_for() -> None:
    """Whoever is due for longer than a planner needs to come back has none."""
    assert "next look" in wait("look", DECIDED)
    assert "`cairn run planner`" in wait("look", DECIDED - LATE_MS - 1)
    assert "`cairn run planner`" in lines_of(OnChannel("email", "unread"), PARIS)[0]


def test_a_look_that_would_end_in_a_no_says_which() -> None:
    """Who has just muted need not wait for the planner to know."""
    on = OnChannel("email", "later", wait=Wait("email", "look", DECIDED, "muted"))
    assert "the contact has muted everything" in lines_of(on, PARIS)[0]


def test_what_cannot_be_weighed_is_not_guessed() -> None:
    """No moment is made up."""
    assert "cannot be weighed" in wait("rules", None)


def test_a_no_is_its_sentence() -> None:
    """With the moment of the decision."""
    (line,) = lines_of(OnChannel("email", "no", decided("email", "consent")), PARIS)
    assert line == "the profile does not agree to this channel (2026-11-20T14:41:07.120Z)"


def test_a_dispatcher_that_is_silent_is_asked_for() -> None:
    """After the lease there is a receipt, or nobody runs."""
    on = OnChannel("web_push", "on_its_way", decided("web_push"))
    assert "no receipt yet" in lines_of(on, PARIS)[0]
    assert "`cairn run web-push`" in lines_of(on, Clock(DECIDED + 301_000, "UTC"))[0]


def test_each_attempt_is_a_line() -> None:
    """Numbered by place only where there are several."""
    one = OnChannel("web_push", "sent", decided("web_push"), (receipt("deferred"), receipt("sent", 2)))
    two = OnChannel("web_push", "sent", decided("web_push"), (receipt("gone"), receipt("sent", place="d-2")))

    assert [each.partition(":")[0] for each in lines_of(one, PARIS)] == ["attempt 1", "attempt 2"]
    assert [each.partition(":")[0] for each in lines_of(two, PARIS)] == ["place 1, attempt 1", "place 2, attempt 1"]


def test_only_the_last_attempt_says_when_the_next_comes() -> None:
    """Behind one that was made already, its moment would look like another to come."""
    later = msgspec.structs.replace(receipt("deferred"), until="2026-11-20T15:00:00.000Z")
    waiting = OnChannel("web_push", "on_its_way", decided("web_push"), (later,))
    done = OnChannel("web_push", "sent", decided("web_push"), (later, receipt("sent", 2)))

    assert lines_of(waiting, PARIS)[0].endswith("asked again at 2026-11-20 16:00:00 Europe/Paris")
    assert "asked again" not in " ".join(lines_of(done, PARIS))
