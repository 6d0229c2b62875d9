"""What is said of a channel."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from deploy.cli.explain.celebration import OnChannel
from deploy.cli.explain.clock import Clock
from deploy.cli.explain.document import document_of_channel
from deploy.cli.explain.named import Named
from deploy.cli.explain.waits import LATE_MS, Cause, Ending, Wait
from deploy.cli.explain.words import length, lines_of
from schemas.decision import No
from schemas.moment import parse_rfc3339
from stream.core.celebration.timing import Timing
from tests.deploy.cli.explain.test_celebration import AT as DECIDED_AT
from tests.deploy.cli.explain.test_celebration import decided, receipt

DECIDED = parse_rfc3339(DECIDED_AT)
PARIS = Clock(DECIDED, "Europe/Paris")


def wait(
    cause: Cause,
    until_ms: int | None = DECIDED,
    clock: Clock = PARIS,
    then: Ending | Wait | None = None,
    behind: Named | None = None,
) -> str:
    waiting = Wait("web_push", cause, until_ms, then, behind)
    return "\n".join(lines_of(OnChannel("web_push", "later", wait=waiting), clock))


LATER = DECIDED + 1000
AT = "2026-11-20 15:41:08 Europe/Paris"
CLUB = Named("y", "club, occurrence 3")
CAUSES = [each for each in get_args(Cause) if each != "rules"]


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("then", [Ending(), Ending("stale"), Ending("absorbed", other=CLUB), Ending(other=CLUB), None])
def test_a_wait_names_its_moment_by_the_contacts_clock(cause: Cause, then: Ending | None) -> None:
    """14:41 in London is 15:41 in Paris. Every thing that is waited for has a sentence, and so has every end."""
    said = wait(cause, LATER, then=then)
    assert said.count(AT) == (1 if cause != "look" or then is not None else 2)
    assert ("club, occurrence 3" in said) == (then is not None and then.other is not None)
    assert "None" not in said


def test_each_thing_that_is_waited_for_has_its_own_sentence() -> None:
    assert len({wait(cause, LATER, then=Ending()) for cause in CAUSES}) == len(CAUSES)


def test_what_is_waited_for_says_how_that_ends() -> None:
    """By what is known now, and if nothing else happens."""
    assert wait("hours", LATER, then=Ending()) == (
        f"it is outside the hours in which it may be sent; it goes at {AT}, if nothing else happens"
    )
    assert wait("cap", LATER, then=Ending()).startswith(
        "the contact had as many messages as the cap allows; it goes at"
    )
    assert wait("bundle", LATER, then=Ending(other=CLUB)).endswith(
        f"; it goes at {AT} as a line in the message of club, occurrence 3"
    )
    assert wait("better", LATER, then=Ending("absorbed", other=CLUB), behind=CLUB) == (
        "club, occurrence 3 says the same better, and waits too; "
        f"club, occurrence 3 is sent at {AT} on this channel instead"
    )
    assert wait("better", LATER, then=Ending("stale"), behind=CLUB).endswith(
        f"by what is known now the answer at {AT} is no: it could not go out while it was fresh"
    )
    assert wait("jump", LATER, then=Ending(), behind=CLUB).startswith(
        "the event reached a higher milestone too, club, occurrence 3, which the planner has not read yet; "
    )
    assert wait("consent", LATER, then=Ending("consent")).endswith(f"this channel; that may still come until {AT}")
    assert wait("profile", LATER, then=Ending("contact_unknown")).endswith(f"yet; one is waited for until {AT}")


def test_what_is_waited_for_next_is_a_line_of_its_own() -> None:
    """In its order."""
    hours = Wait("web_push", "hours", LATER, Ending())
    first, second = wait("bundle", DECIDED + 500, then=hours).split("\n")
    assert first.endswith(", until the planner looks at 2026-11-20 15:41:07 Europe/Paris")
    assert second.startswith("then it is outside the hours")
    late, second = wait("look", DECIDED - LATE_MS - 1, then=hours).split("\n")
    assert late.endswith("is `cairn run planner` running?")
    assert second.startswith("then it is outside the hours")


def test_a_wait_is_told_as_data_too() -> None:
    """With the ids of the others, as decisions have them."""
    last = Wait("web_push", "better", LATER, Ending("absorbed", other=CLUB), CLUB)
    waiting = Wait("web_push", "bundle", DECIDED, last)
    found = document_of_channel(OnChannel("web_push", "later", wait=waiting), PARIS)
    assert (found["waits_for"], found["until"], found["behind"]) == ("bundle", "2026-11-20T14:41:07.120Z", None)
    then = found["then"]
    assert (then["waits_for"], then["behind"], then["until_local"]) == ("better", "y", "2026-11-20T15:41:08.120+01:00")
    ending = {"send": False, "because": "absorbed", "detail": None, "absorbed_by": "y", "bundled_with": None}
    assert then["then"] == ending
    line = OnChannel("web_push", "later", wait=Wait("web_push", "cap", LATER, Ending(other=CLUB)))
    assert document_of_channel(line, PARIS)["then"] == ending | {
        "send": True, "because": None, "absorbed_by": None, "bundled_with": "y",
    }  # fmt: skip
    assert document_of_channel(OnChannel("web_push", "unread"), PARIS)["then"] is None


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
    on = OnChannel("email", "later", wait=Wait("email", "look", DECIDED, Ending("muted")))
    assert "the contact has muted everything" in lines_of(on, PARIS)[0]


def test_what_cannot_be_weighed_is_not_guessed() -> None:
    """No moment is made up."""
    assert "cannot be weighed" in wait("rules", None)


def test_a_no_is_its_sentence() -> None:
    """With the moment of the decision."""
    (line,) = lines_of(OnChannel("email", "no", decided("email", "consent")), PARIS)
    assert line == "the profile does not agree to this channel (2026-11-20T14:41:07.120Z)"


def no(because: No, *, other: str | None = None, clock: Clock = PARIS, **more: Any) -> str:
    decision = msgspec.structs.replace(decided("email", because), **more)
    (line,) = lines_of(OnChannel("email", "no", decision, other=other), clock)
    return line.rpartition(" (")[0]


def test_a_grace_is_as_long_as_the_planner_has_it() -> None:
    assert no("contact_unknown", clock=Clock(DECIDED, "UTC", Timing(grace_ms=6000))).endswith("(6 s, planner.grace)")
    assert no("contact_unknown").endswith("(15 minutes, planner.grace)")
    assert [length(ms) for ms in (0, 1500, 60_000, 90_000)] == ["0 s", "1.5 s", "1 minute", "90 s"]


def test_absorbed_names_what_was_sent() -> None:
    """An earlier release did not note it, and nothing may have been: then nothing is claimed."""
    assert no("absorbed", other="documents-100") == "documents-100 was sent on this channel instead"
    assert "sent" not in no("absorbed")
    assert no("absorbed").endswith("see there what became of that")


def test_what_a_cap_makes_late_says_until_when() -> None:
    said = no("over_cap", until="2026-11-27T14:00:00.000Z")
    assert "as many messages as the cap allows, until 2026-11-27 15:00:00 Europe/Paris" in said
    assert no("over_cap").endswith("the cap allows, and the rest is dropped")


def test_what_is_a_line_of_another_message_says_whose() -> None:
    """And what became of that message is what became of it."""
    on = OnChannel("web_push", "sent", decided("web_push"), (receipt("sent"),), other="documents-100")
    first, second = lines_of(on, PARIS)
    assert first == "a line in the message of documents-100"
    assert second.startswith("attempt 1: the provider took it")


def test_a_lease_is_as_long_as_the_planner_has_it() -> None:
    on = OnChannel("web_push", "on_its_way", decided("web_push"))
    assert "no receipt yet" in lines_of(on, Clock(DECIDED + 301_000, "UTC", Timing(lease_ms=600_000)))[0]
    assert "nothing was heard" in lines_of(on, Clock(DECIDED + 2000, "UTC", Timing(lease_ms=1000)))[0]


def test_what_was_given_up_says_why_and_before_which_attempt() -> None:
    """The planner's reason stands in its receipt as the code."""
    for code, words in (("tried_out", "planner.give_up"), ("suppressed", "unsubscribed"), ("moon", "moon")):
        given_up = msgspec.structs.replace(receipt("expired", 2), code=code)
        (line,) = lines_of(OnChannel("web_push", "failed", decided("web_push"), (given_up,)), PARIS)
        assert line.startswith("given up before attempt 2: the planner gave it up: ")
        assert words in line


def test_the_next_attempt_is_when_the_planner_looks() -> None:
    """It may be later than the provider asked for: at least a second, and at a decent hour."""
    given_back = msgspec.structs.replace(receipt("deferred"), until="2026-11-20T15:00:00.000Z")
    on = OnChannel("web_push", "on_its_way", decided("web_push"), (given_back,), again={"d-1": DECIDED + 86_400_000})
    assert lines_of(on, PARIS)[0].endswith("asked again at 2026-11-21 15:41:07 Europe/Paris")


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
