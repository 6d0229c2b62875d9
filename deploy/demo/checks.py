"""Whether the story was true: what `cairn demo --exit` answers for."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, get_args

from deploy.demo.audit import Balance
from deploy.demo.invitation import GUEST
from deploy.demo.kill import Kill
from deploy.demo.ledger import Identity, Place
from deploy.demo.mailbag import Tally
from deploy.demo.people import SLEEPER
from deploy.demo.reacted import Reactions
from deploy.demo.spoken import Spoken
from deploy.demo.story import Visit
from deploy.demo.wording import name_of, seconds
from schemas.channel import CHANNELS
from schemas.milestone_crossed import Kind

_SHOWN = 5
_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that had to be so, and what was found."""

    name: str
    ok: bool
    found: str

    def document(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the checks look at, after the tracker was drained and everything was read."""

    sent: int
    acknowledged: int
    read: int
    """Events of the product found in the topic and in order, refused ones not counted."""
    repeats: int
    balance: Balance
    kills: Sequence[Kill]
    ends: Sequence[Sequence[str]]
    """How the processes of each worker ended, in order."""
    mistakes: int
    refused: dict[Place, str]
    """Events that belong into the dead-letter topic."""
    letters: dict[Place, list[str]]
    """What is there: the codes of the letters of each event."""
    visit: Visit | None
    tally: Tally
    undecided: Sequence[str]
    """Contacts of crossings that lack a decision on a channel."""
    sleeper: str
    """What was explained of the contact where it is night."""
    hero: frozenset[str]
    """The channels on which the hero has the big message."""
    guest_reached: bool
    kinds: frozenset[str]
    """The kinds of milestone that were crossed."""
    spoken: Spoken
    reactions: Reactions


def check(evidence: Evidence) -> list[Check]:
    """All checks, in the order of the story."""
    return [
        Check(
            "every event arrived",
            evidence.sent == evidence.acknowledged == evidence.read + evidence.mistakes,
            f"{evidence.sent:,} sent, {evidence.acknowledged:,} acknowledged, {evidence.read:,} counted on, "
            f"{evidence.mistakes:,} broken; {evidence.repeats:,} came twice",
        ),
        _exactly_once(evidence.balance),
        _every_kind(evidence.kinds),
        *(_killed(kill) for kill in evidence.kills),
        *([] if evidence.kills else [Check("a worker was killed", False, "none was")]),
        _dead_letters(evidence),
        _reaction(evidence.reactions),
        _each_message_once(evidence),
        _in_their_language(evidence.spoken),
        _sleeping(evidence),
        _visited(evidence),
        _drained(evidence),
    ]


def _exactly_once(balance: Balance) -> Check:
    faults = [
        f"{len(found)} {name}: {', '.join(map(_named, found[:_SHOWN]))}"
        for name, found in (("lost", balance.lost), ("twice", balance.twice), ("unexpected", balance.unexpected))
        if found
    ]
    counts = (
        f"{balance.expected:,} expected, {balance.seen:,} seen, lost {len(balance.lost)}, twice {len(balance.twice)}"
    )
    return Check("every crossing once", balance.even and balance.expected > 0, "; ".join([counts, *faults]))


def _every_kind(kinds: frozenset[str]) -> Check:
    wanted = get_args(Kind)
    missing = [each for each in wanted if each not in kinds]
    found = f"{', '.join(each for each in wanted if each in kinds)}" + (
        f"; not {', '.join(missing)}" if missing else ""
    )
    return Check("every kind of milestone", not missing, found)


def _killed(kill: Kill) -> Check:
    back = f"back as pid {kill.new_pid} after {seconds(kill.back_after)}" if kill.back_after is not None else "not back"
    waiting = kill.waiting or 0
    return Check(
        f"worker {kill.worker} killed and back",
        waiting > 0 and kill.back_after is not None and kill.new_pid not in (None, kill.pid),
        f"SIGKILL to pid {kill.pid} with {waiting:,} events waiting for it, {back}",
    )


def _each_message_once(evidence: Evidence) -> Check:
    tally = evidence.tally
    faults = [
        f"{len(found)} {name}: {', '.join(found[:_SHOWN])}"
        for name, found in (
            ("missing", tally.missing),
            ("repeated", tally.repeated),
            ("not asked for", tally.unasked),
            ("decided twice", tally.decided_twice),
        )
        if found
    ]
    counts = "released and arrived: " + ", ".join(
        f"{tally.released.get(each, 0):,} and {tally.received.get(each, 0):,} by {each.replace('_', ' ')}"
        for each in CHANNELS
    )
    everywhere = evidence.hero == frozenset(CHANNELS) and all(tally.received.get(each) for each in CHANNELS)
    return Check("every message once, with consent", tally.even and everywhere, "; ".join([counts, *faults]))


def _reaction(found: Reactions) -> Check:
    faults = [
        f"{len(ids)} {name}: {', '.join(ids[:_SHOWN])}"
        for name, ids in (("lost", found.missing), ("of no committed crossing", found.strange))
        if ids
    ]
    killed = f"SIGKILL to pid {found.killed}, back as pid {found.back}" if found.killed else "it was not killed"
    counts = (
        f"{found.crossings:,} crossings, anniversaries too, {found.handled:,} handled, lost {len(found.missing)}, "
        f"{found.again:,} again"
    )
    whole = not faults and found.crossings > 0 and found.killed is not None and found.back is not None
    return Check("every crossing had its reaction", whole, "; ".join([counts, killed, *faults]))


def _in_their_language(found: Spoken) -> Check:
    counts = "emails: " + ", ".join(f"{count:,} in {name_of(each)}" for each, count in found.emails.items())
    faults = [f"{len(found.wrong)} wrong: {', '.join(found.wrong[:_SHOWN])}"] if found.wrong else []
    everyone = len(found.emails) > 1 and all(found.emails.values())
    return Check("each message in its language", everyone and not found.wrong, "; ".join([counts, *faults]))


def _sleeping(evidence: Evidence) -> Check:
    waits = evidence.undecided.count(SLEEPER)
    later = [" ".join(each.split()) for each in evidence.sleeper.splitlines() if "later" in each]
    return Check(
        "nobody is woken at night",
        waits > 0 and bool(later),
        f"{waits} celebrations of {SLEEPER} wait for the morning; explained as: {later[0] if later else '(nothing)'}",
    )


def _dead_letters(evidence: Evidence) -> Check:
    due = {place: [code] for place, code in evidence.refused.items()}
    found = evidence.letters
    codes = ", ".join(sorted({code for each in found.values() for code in each})) or "none"
    return Check(
        "broken events set aside",
        found == due and len(due) >= evidence.mistakes > 0,
        f"{len(due)} due in the dead-letter topic, {sum(map(len, found.values()))} there ({codes})",
    )


def _visited(evidence: Evidence) -> Check:
    visit = evidence.visit
    if visit is None:
        return Check("your own event counts", False, "no event was sent")
    said = visit.said.splitlines()[-1] if visit.said else "(nothing)"
    reached = f"{GUEST} reached a milestone by it" if evidence.guest_reached else "no milestone came of it"
    return Check(
        "your own event counts",
        visit.exit == 0 and evidence.guest_reached,
        f"`cairn events send` ended with {visit.exit}: {said}; {reached}",
    )


def _drained(evidence: Evidence) -> Check:
    killed = Counter(kill.worker for kill in evidence.kills)
    due = [["sigkill"] * killed[worker] + ["ok"] for worker in range(len(evidence.ends))]
    found = "; ".join(f"worker {worker}: {', '.join(ends) or 'never'}" for worker, ends in enumerate(evidence.ends))
    return Check("the tracker stopped in order", bool(due) and [*map(list, evidence.ends)] == due, f"ends of {found}")


def _named(identity: Identity) -> str:
    return f"{identity.contact} {identity.milestone} #{identity.occurrence}"


def verdict(checks: Sequence[Check]) -> Iterator[str]:
    """Each check, in as many lines as its words take, and one line that sums up."""
    width = max(len(each.name) for each in checks)
    for each in checks:
        head = f"  {'ok  ' if each.ok else 'FAIL'}  {each.name:<{width}}  "
        yield textwrap.fill(each.found, _WIDTH, initial_indent=head, subsequent_indent=" " * len(head))
    failed = sum(not each.ok for each in checks)
    yield f"{failed} of {len(checks)} checks failed" if failed else f"all {len(checks)} checks passed"
