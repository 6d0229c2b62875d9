"""What a channel waits for, as a line for each thing. Pure."""

from __future__ import annotations

from deploy.cli.explain.clock import Clock
from deploy.cli.explain.reasons import WHY_NOT, why_not
from deploy.cli.explain.waits import LATE_MS, Ending, Wait

_OF_GRACE = ("contact_unknown", "consent", "unreachable")
"""The noes in which a wait for the thing itself ends: they say nothing new."""


def lines_of_wait(wait: Wait, clock: Clock) -> list[str]:
    """Return what a channel waits for: what holds it now, and then the rest in its order; the last says how it ends."""
    if wait.until_ms is None:
        return ["it cannot be weighed: no milestones are in force, or this release cannot read what waits"]
    at = clock.local(wait.until_ms)
    said = _holds(wait, wait.until_ms, at, clock)
    match wait.then:
        case Wait():
            first, *more = lines_of_wait(wait.then, clock)
            return [
                said if wait.cause == "look" else f"{said}, until the planner looks at {at}",
                f"then {first}",
                *more,
            ]
        case Ending():
            return [_with_ending(wait, wait.then, said, at, is_now=wait.until_ms <= clock.now_ms)]
        case None:
            return [f"{said}; the planner looks again at {at}"]


def _holds(wait: Wait, until_ms: int, at: str, clock: Clock) -> str:
    match wait.cause:
        case "profile":
            return "there is no profile of the contact yet"
        case "consent" | "unreachable":
            return WHY_NOT[wait.cause]
        case "cap":
            return "the contact had as many messages as the cap allows"
        case "hours":
            return "it is outside the hours in which it may be sent"
        case "bundle":
            return "what else the contact reaches in this moment is waited for, to be told with it"
        case "jump":
            name = f", {wait.behind.name}" if wait.behind else ""
            return f"the event reached a higher milestone too{name}, which the planner has not read yet"
        case "better":
            return f"{wait.behind.name if wait.behind else 'another one'} says the same better, and waits too"
        case _:
            return _next_look(until_ms, at, clock)


def _next_look(due_ms: int, at: str, clock: Clock) -> str:
    if clock.now_ms - due_ms > LATE_MS:
        return f"it is due since {at}, and no planner has looked: is `cairn run planner` running?"
    return f"the planner looks at {at}" if due_ms > clock.now_ms else "it is due: the planner's next look decides"


def _with_ending(wait: Wait, ending: Ending, said: str, at: str, *, is_now: bool) -> str:
    """A wait with what it ends in, by what is known now."""
    if wait.cause in ("profile", "consent", "unreachable") and ending.because in _OF_GRACE:
        still = "one is waited for" if wait.cause == "profile" else "that may still come"
        return f"{said}; {still} until {at}"
    when = "now" if is_now or wait.cause == "look" else f"at {at}"
    if ending.because is None:
        if ending.other is not None:
            return f"{said}; it goes {when} as a line in the message of {ending.other.name}"
        return said if wait.cause == "look" else f"{said}; it goes {when}, if nothing else happens"
    if ending.because == "absorbed" and ending.other is not None:
        return f"{said}; {ending.other.name} is sent {when} on this channel instead"
    then = "" if when == "now" else f" {when}"
    return f"{said}; by what is known now the answer{then} is no: {why_not(ending.because, ending.detail)}"
