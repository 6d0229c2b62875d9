"""What is told, and in which order: steps that each wait until something is true, with a bound."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.demo.crew import WORKERS
from deploy.demo.invitation import GUEST, line
from deploy.demo.office import CELEBRATING, REACTING
from deploy.demo.people import HERO, SLEEPER
from deploy.demo.reacted import Reactions
from deploy.demo.scene import Tone
from deploy.demo.stage import Stage
from deploy.demo.wording import seconds
from schemas.channel import CHANNELS
from schemas.errors import CairnError
from stream.runtime.exits import Exit

BOUND_S = 90.0
"""Longest wait for one thing: a machine may be busy with something else."""
RUSH = 400
"""Events that come at once while a worker is being killed, so that input is sure to wait for it."""
_DRAIN_S = 30.0
BIG = "documents-1000"
"""The milestone that the hero and the sleeper of the story reach."""

Story = Iterator[None]
"""Goes on by one step each time it is asked; ends with the story."""


class StoryFailedError(CairnError):
    """Something that should have happened did not."""

    exit = Exit.FINDINGS


@dataclass(slots=True)
class Visit:
    """How the user's line went when the demo itself ran it."""

    command: tuple[str, ...]
    exit: int
    said: str


@dataclass(slots=True)
class Record:
    """What only the story knows, for the checks at its end."""

    mistakes: int = 0
    sleeper: str = ""
    """What `cairn contact explain` said of the contact where it is night."""
    visit: Visit | None = None


def once(stage: Stage, record: Record, invite: Callable[[], list[str]], call: Caller) -> Story:
    """The whole story, to its end: the tracker is drained, everything is counted."""
    yield from _opening(stage)
    yield from _celebration(stage)
    yield from _strike(stage)
    yield from _strike_reaction(stage)
    yield from _night(stage, record, call)
    yield from _mistake(stage, record)
    stage.invitation = invite()
    yield from _visit(stage, record, call)
    yield from _pause(stage, 2)
    yield from _closing(stage)


def endless(stage: Stage, record: Record, invite: Callable[[], list[str]]) -> Story:
    """The story without an end: now and then a worker is killed, now and then a client makes a mistake."""
    yield from _opening(stage)
    stage.invitation = invite()
    yield from _celebration(stage)
    yield from _pause(stage, 8)
    while True:
        yield from _strike(stage)
        yield from _pause(stage, 10)
        yield from _strike_reaction(stage)
        yield from _reaction_back(stage)
        yield from _mistake(stage, record)
        yield from _pause(stage, 20)


class Caller:
    """Runs a command beside the story, as a second terminal would."""

    def __init__(self, directory: Path, environ: Mapping[str, str]) -> None:
        self._directory = directory
        self._environ = environ

    def run(self, command: list[str], stage: Stage) -> Generator[None, None, Visit]:
        """Run it while the story stands still; returns how it went."""
        process = subprocess.Popen(  # noqa: S603 - the command is ours
            command,
            cwd=self._directory,
            env=self._environ,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            # It writes two lines, which any pipe takes: it never waits for us to read.
            yield from _until(stage, lambda: process.poll() is not None, f"`{line(command)}` ends")
        finally:
            if process.poll() is None:
                process.kill()
            said, _ = process.communicate()
        return Visit(tuple(command), process.returncode, said.strip())


def _opening(stage: Stage) -> Story:
    stage.say(f"a product opens, on a Kafka of its own: {stage.settings.kafka.bootstrap_servers}")
    stage.say(f"starting `cairn run tracker` with {WORKERS} workers")
    yield from _until(stage, lambda: _counting(stage) == WORKERS, "both workers count")
    pids = ", ".join(f"pid {man.pid}" for man in stage.crew.workers)
    stage.say(f"both workers count ({pids})", Tone.GOOD)
    yield from _until(stage, lambda: stage.balance.seen > 0, "a first milestone is reached")
    # What piled up before there was a tracker is not what a reader wants to compare with.
    stage.most_waiting = 0


def _celebration(stage: Stage) -> Story:
    hero = stage.product.people[HERO]
    stage.say(f"{hero.name} processes 1,000 documents at once: four milestones, of which the highest is celebrated")
    yield from _until(
        stage,
        lambda: stage.mailbag.reached(HERO, BIG) == frozenset(CHANNELS),
        f"the email, the browser and the phone of {hero.name} have their message",
        *CELEBRATING,
        contact=HERO,
    )
    stage.say(f"an email, a browser and a phone of {hero.name} have it: {stage.page}", Tone.GOOD)
    # Not before: what counts and celebrates has the machine to itself while it starts.
    stage.office.start(REACTING)
    stage.say("starting a reaction of five lines: `cairn run reactions --with reaction`")


def _night(stage: Stage, record: Record, call: Caller) -> Story:
    sleeper = stage.product.people[SLEEPER]
    command = stage.crew.command("contact", "explain", SLEEPER)
    visit = yield from call.run(command, stage)
    record.sleeper = visit.said
    zone = sleeper.time_zone
    stage.say(f"{sleeper.name} did the same, but it is night in {zone}: `cairn contact explain {SLEEPER}` says later")


def _strike(stage: Stage) -> Story:
    yield from _until(stage, lambda: _counting(stage) == WORKERS, "both workers count again")
    victim = stage.crew.workers[(len(stage.kills) + 1) % WORKERS]  # the other one each time
    stage.add(stage.product.rush(RUSH, stage.now_ms))
    kill = stage.strike(victim)
    stage.say(f"SIGKILL to worker {kill.worker} (pid {kill.pid}), in the middle of a rush of {RUSH} events", Tone.BLOW)
    yield from _until(stage, lambda: kill.waiting is not None, "what waits for the killed worker is known")
    stage.say(f"its partitions stand still: {kill.waiting} events wait for it")
    yield from _until(stage, lambda: kill.back_after is not None, f"worker {kill.worker} is back and has caught up")
    took = seconds(kill.back_after or 0)
    stage.say(f"worker {kill.worker} is back (pid {kill.new_pid}): {took} from the kill to all caught up", Tone.GOOD)
    at = stage.now
    yield from _until(stage, lambda: _audited_since(stage, at), "the crossings are compared")
    balance = stage.balance
    stage.say(
        f"expected {balance.expected}, seen {balance.seen}, lost {len(balance.lost)}, twice {len(balance.twice)}",
        Tone.GOOD if balance.even else Tone.BAD,
    )


def _strike_reaction(stage: Stage) -> Story:
    yield from _until(
        stage, lambda: stage.reacted.running and stage.reacted.handled > 0, "the reaction handles milestones", REACTING
    )
    stage.add(stage.product.rush(RUSH, stage.now_ms))
    pid = stage.strike_reaction()
    stage.say(f"SIGKILL to the reaction (pid {pid}): what it had in hand, it will handle again", Tone.BLOW)


def _reaction_back(stage: Stage) -> Story:
    def found() -> Reactions:
        return stage.reacted.against(stage.mailbag.crossings)

    yield from _until(
        stage,
        lambda: stage.reacted.back is not None and not found().missing,
        "the reaction is back and has every milestone",
        REACTING,
    )
    now = found()
    text = f"the reaction is back (pid {now.back}): {now.crossings} milestones, lost 0, {now.again} handled again"
    stage.say(text, Tone.GOOD)


def _mistake(stage: Stage, record: Record) -> Story:
    known = len(stage.letters)
    stage.slip(stage.product.mistake(stage.now_ms))
    record.mistakes += 1
    stage.say('a client with a bug sends a broken event: "value": "twelve"', Tone.BLOW)
    yield from _until(stage, lambda: len(stage.letters) > known, f"the broken event is in {stage.dead}")
    reason = [*stage.letters.values()][-1][0]
    stage.say(f"it is in {stage.dead} ({reason.code} at {reason.pointer}); nothing else waited", Tone.GOOD)


def _visit(stage: Stage, record: Record, call: Caller) -> Story:
    stage.say(f"a second terminal: {line(stage.invitation)}")
    record.visit = yield from call.run(stage.invitation, stage)
    if record.visit.exit == Exit.OK:
        yield from _until(
            stage, lambda: any(each.guest for each in stage.reached), f"a milestone of {GUEST!r} is reached"
        )


def _closing(stage: Stage) -> Story:
    stage.open = False
    stage.say("the product closes; what was sent is counted to its end")
    yield from _until(
        stage,
        lambda: stage.outbox.acknowledged == stage.outbox.sent,
        "every event is acknowledged",
    )
    at = stage.now
    yield from _until(stage, lambda: _audited_since(stage, at) and _all_counted(stage), "every event is counted")
    yield from _until(
        stage,
        lambda: _all_told(stage),
        "every message that was released has arrived",
        *CELEBRATING,
    )
    yield from _reaction_back(stage)
    stage.running = False
    stage.office.drain(_DRAIN_S)
    stage.crew.drain(_DRAIN_S)
    at = stage.now
    yield from _until(stage, lambda: _audited_since(stage, at), "all that was committed is read")


def _all_counted(stage: Stage) -> bool:
    audited = stage.audited
    return audited is not None and audited.waiting == 0 and audited.counted >= stage.outbox.sent


def _all_told(stage: Stage) -> bool:
    """Whether everybody who is awake has what is due to them. Guests of the second terminal have no profile."""
    people = stage.product.people
    undecided = [each for each in stage.mailbag.undecided() if each.contact_id in people]
    return all(people[each.contact_id].sleeps for each in undecided) and not stage.mailbag.tally(people).missing


def _audited_since(stage: Stage, at: float) -> bool:
    return stage.audited is not None and stage.audited.asked_at > at


def _counting(stage: Stage) -> int:
    """How many workers own partitions and say that they count on all of them."""
    return sum(
        bool(man.owned) and stage.crew.states.get(man.index) == f"{len(man.owned)} partitions"
        for man in stage.crew.workers
    )


def _pause(stage: Stage, length: float) -> Story:
    until = stage.now + length
    while stage.now < until:
        yield


def _until(stage: Stage, true: Callable[[], bool], what: str, *roles: str, contact: str = "") -> Story:
    """Wait; in vain, the error has the last words of the tracker and of these roles, and why the contact waits."""
    deadline = stage.now + BOUND_S
    while not true():
        if stage.now > deadline:
            told = ["the tracker's last words:", *stage.crew.log.tail]
            for role in roles:
                told += [f"and of {role}:", *stage.office.last_words(role)]
            if contact:
                told += [f"`cairn contact explain {contact}`:", stage.crew.explain(contact)]
            raise StoryFailedError(
                f"waited {BOUND_S:.0f} s in vain until {what}",
                where="\n".join(told),
                fix="run it again on a calmer machine; if it fails there too, please report it with these lines",
            )
        yield
