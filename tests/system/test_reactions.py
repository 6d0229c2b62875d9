"""Reactions on a real Kafka: five lines of a developer's, and what must hold for them (guarantee G9)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition

from channels.testing.certificate import Certificate
from schemas.dead_letter import reason_of
from stream.runtime.exits import Exit
from tests.stream.reactions.webhooks.receiver import Receiver
from tests.system.reactions_rig import WRITES, ReactionsRig
from tests.system.waiting import until

pytestmark = pytest.mark.system

FIVE_LINES = """
from stream.reactions import App
app = App("tell-sales")
@app.agent(app.milestone_crossed)
async def tell(crossings):
    async for crossing in crossings: print("reached", crossing.milestone, "by", crossing.contact_id, flush=True)
"""


def test_five_lines(reactions: ReactionsRig) -> None:
    """From a file in a folder to a crossing in hand; what was there before is not told, and the end is clean."""
    reactions.cross(["c-of-last-year"])
    run = reactions.run(reactions.module("my_reactions", FIVE_LINES))
    until(lambda: run.events("begins"), within=60, what="it has begun")
    reactions.cross(["c-42"])

    until(lambda: "reached documents-1000 by c-42" in run.said, within=60, what=f"the crossing\n{run.said}")
    assert "c-of-last-year" not in run.said
    assert run.stop() == Exit.OK


def test_what_happens_while_nobody_runs_is_handled_later(reactions: ReactionsRig) -> None:
    """`now` is the now of the first start: between two releases nothing is lost."""
    module = reactions.module("tell", begin="now")
    first = reactions.run(module)
    until(lambda: first.events("begins"), within=60, what="it has begun")
    assert first.stop() == Exit.OK
    meanwhile = reactions.cross(f"c-{each}" for each in range(20))
    assert not reactions.done()

    second = reactions.run(module)
    reactions.wait_done(meanwhile)
    assert second.stop() == Exit.OK
    assert set(reactions.done().values()) == {1}


def test_an_aborted_crossing_is_never_told(reactions: ReactionsRig) -> None:
    """A plain Faust agent is handed it (test_reactions_isolation.py); this one must not be."""
    run = reactions.run(reactions.module("tell"))
    told = reactions.cross(["c-1", "c-2", "c-3"])
    aborted = reactions.cross([f"c-{each}" for each in range(9)], occurrence=2, commit=False)
    later = reactions.cross(f"c-{each}" for each in range(9))

    reactions.wait_done([*told, *later])
    assert not reactions.done().keys() & set(aborted)
    assert run.stop() == Exit.OK


MOODY = """
import os
from stream.reactions import App
app = App("moody", begin="earliest")
@app.agent(app.milestone_crossed, on_error={on_error!r}, patience=2)
async def tell(crossings):
    async for crossing in crossings:
        if crossing.contact_id == "c-bad" and not os.path.exists({cure!r}):
            raise RuntimeError("no")
        with open({journal!r}, "a") as out:
            out.write(f"{{os.getpid()}} {{crossing.id}}\\n")
"""


def _moody(rig: ReactionsRig, on_error: str) -> tuple[str, Path]:
    cure = rig.directory / "cure"
    text = MOODY.format(on_error=on_error, cure=str(cure), journal=str(rig.journal))
    return rig.module("moody", text), cure


def test_a_record_that_fails_is_not_lost(reactions: ReactionsRig) -> None:
    """The worker gives up, its supervisor begins again at the record, and once the cause is mended it is handled."""
    module, cure = _moody(reactions, "stop")
    run = reactions.run(module)
    bad = reactions.cross(["c-bad"])

    def gave_up() -> bool:
        return any(each["exit"] == "poisoned" for each in run.events("worker_died"))

    until(gave_up, within=60, what=f"the worker gave up\n{run.said}")
    assert not reactions.done()
    cure.touch()
    reactions.wait_done(bad)
    assert run.stop() == Exit.OK


def test_what_is_set_aside_goes_back_to_its_reaction_alone(reactions: ReactionsRig) -> None:
    """A dead letter with the reason; a replay is handled by the reaction that failed, and by nobody else."""
    module, cure = _moody(reactions, "set_aside")
    other = reactions.module(
        "other",
        WRITES.format(name="other", begin="earliest", journal=str(reactions.directory / "others")),
    )
    run = reactions.run(module, other)
    good, bad = reactions.cross(["c-good", "c-bad"])
    reactions.wait_done([good])
    until(lambda: len(reactions.dead_letters()) == 1, within=60, what=f"a dead letter\n{run.said}")
    (letter,) = reactions.dead_letters()
    reason = reason_of(letter.headers())
    assert reason is not None
    assert (reason.code, reason.topic) == ("reaction_failed", reactions.crossed)

    cure.touch()
    _cairn(reactions, "dlq", "replay", "--topic", "reactions", "--all")
    reactions.wait_done([bad])
    assert run.stop() == Exit.OK
    told_others = (reactions.directory / "others").read_text().split()[1::2]
    assert sorted(told_others) == sorted([good, bad])


SLOW = """
import asyncio
from stream.reactions import App
app = App("slow", begin="earliest")
@app.agent(app.milestone_crossed)
async def tell(crossings):
    async for crossing in crossings:
        open({begun!r}, "w").close()
        await asyncio.sleep(4)
        with open({journal!r}, "a") as out:
            out.write("0 " + crossing.id + chr(10))
"""


def test_what_is_in_hand_ends_before_the_worker_does(reactions: ReactionsRig) -> None:
    """SIGTERM gives it `drain`, more than the moment that a rebalance would wait; it is not handled again."""
    begun = reactions.directory / "begun"
    module = reactions.module("slow", SLOW.format(begun=str(begun), journal=str(reactions.journal)))
    first = reactions.run(module, CAIRN_REACTIONS_HAND_OVER="1 s", CAIRN_REACTIONS_DRAIN="20 s")
    (told,) = reactions.cross(["c-1"])
    until(begun.exists, within=60, what=f"it is in hand\n{first.said}")
    assert first.stop() == Exit.OK
    assert reactions.done() == {told: 1}

    second = reactions.run(module)
    (later,) = reactions.cross(["c-1"], occurrence=2)
    reactions.wait_done([later])
    assert second.stop() == Exit.OK
    assert reactions.done() == {told: 1, later: 1}


TWO = """
from stream.reactions import App
app = App("two", begin="earliest")
def note(name, crossing):
    with open({journal!r} + name, "a") as out:
        out.write(crossing.id + chr(10))
@app.agent(app.milestone_crossed)
async def one(crossings):
    async for crossing in crossings:
        note("one", crossing)
@app.agent(app.milestone_crossed)
async def other(crossings):
    async for crossing in crossings:
        if crossing.contact_id == "c-2" and len(open({journal!r} + "one").readlines()) < 5:
            raise OSError
        note("other", crossing)
"""


def test_two_agents_of_one_app_each_have_every_crossing(reactions: ReactionsRig) -> None:
    """One that fails holds up the commit, and not the other."""
    run = reactions.run(reactions.module("two", TWO.format(journal=str(reactions.journal))))
    ids = reactions.cross(f"c-{each}" for each in range(5))

    def noted(name: str) -> list[str]:
        file = reactions.directory / f"journal{name}"
        return sorted(file.read_text().split()) if file.exists() else []

    until(lambda: noted("one") == noted("other") == sorted(ids), within=60, what=f"both have all\n{run.said}")
    assert run.stop() == Exit.OK


def test_a_record_that_cannot_be_read_stops_nothing(reactions: ReactionsRig) -> None:
    run = reactions.run(reactions.module("tell"))
    reactions.put(b"{")
    reactions.wait_done(reactions.cross(["c-1"]))

    until(lambda: len(reactions.dead_letters()) == 1, within=60, what="it was set aside")
    assert run.stop() == Exit.OK


def test_it_stays_in_its_group_while_it_tries_again(reactions: ReactionsRig) -> None:
    """A record that fails for longer than a session stays its own: heartbeats go on, and nothing is assigned anew."""
    cure = reactions.directory / "cure"
    text = MOODY.format(on_error="stop", cure=str(cure), journal=str(reactions.journal)).replace("=2", "=300")
    run = reactions.run(reactions.module("moody", text))
    ids = reactions.cross(["c-bad", "c-good"])

    def tried() -> bool:
        return any(each["failures"] >= 14 for each in run.events("reaction_failed"))

    until(tried, within=90, what=f"it was tried for more than 6 s\n{run.said}")
    cure.touch()
    reactions.wait_done(ids)
    assert len(run.events("reactions_assigned")) == 1
    assert run.stop() == Exit.OK


def test_a_reader_that_has_caught_up_is_not_taken_for_stuck(reactions: ReactionsRig) -> None:
    """Markers and aborted records at the end of a partition are no lag, and no reason to restart."""
    run = reactions.run(reactions.module("tell"), http=True, CAIRN_REACTIONS_STALL="5 s")
    ids = reactions.cross(f"c-{each}" for each in range(20))
    reactions.cross([f"c-{each}" for each in range(20)], occurrence=2, commit=False)
    reactions.wait_done(ids)

    def caught_up() -> bool:
        lags = run.metric("cairn_reaction_lag_records")
        return len(lags) == 2 * reactions.partitions and not any(lags)

    until(caught_up, within=60, what=f"no lag is left: {run.metric('cairn_reaction_lag_records')}\n{run.said}")
    assert not run.events("worker_died")
    assert run.stop() == Exit.OK


def test_a_position_that_is_gone_is_not_passed_over(reactions: ReactionsRig) -> None:
    """Found out in the callback of a rebalance, whose errors aiokafka logs and forgets."""
    group = Consumer({"bootstrap.servers": reactions.bootstrap, "group.id": f"{reactions.prefix}tell"})
    group.commit(offsets=[TopicPartition(reactions.crossed, 1, 1_000_000)], asynchronous=False)
    group.close()
    run = reactions.run(reactions.module("tell"))

    assert run.process.wait(60) == Exit.DRIFT
    assert "there is only 0 to 0: the topic was made anew" in run.said.splitlines()[-1]


UNCOMMITTED = (
    FIVE_LINES
    + """
import stream.reactions.consumer_thread
stream.reactions.consumer_thread.READ_COMMITTED = "read_uncommitted"
"""
)
BROKEN = (
    FIVE_LINES
    + """
import stream.reactions.consumer, stream.reactions.consumer_thread
def broken(self, message):
    raise RuntimeError("a later Faust")
stream.reactions.consumer.Consumer._take = broken
import asyncio
async def hang(self):
    while True:
        try:
            await asyncio.sleep(3600)
        except BaseException:
            pass
stream.reactions.consumer_thread.ConsumerThread.on_thread_stop = hang
"""
)


def test_a_worker_that_would_read_uncommitted_records_does_not_start(reactions: ReactionsRig) -> None:
    """As after an update of Faust that passes our wish by: the running client is looked at."""
    run = reactions.run(reactions.module("tell", UNCOMMITTED))
    assert run.process.wait(60) == Exit.USAGE
    assert "would read uncommitted records" in run.said.splitlines()[-1]


def test_a_broken_part_of_faust_ends_the_worker(reactions: ReactionsRig) -> None:
    """Faust marks itself crashed and stands still; here the supervisor hears of it, even if its thread never ends."""
    run = reactions.run(reactions.module("tell", BROKEN))
    until(lambda: run.events("begins"), within=60, what="it has begun")
    reactions.cross(["c-1"])
    until(lambda: run.events("worker_died"), within=60, what=f"the worker ended\n{run.said}")
    assert run.events("worker_died")[0]["exit"] == "internal"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "the module broken has no app"),
        ("import nothing_like_it", "the module broken cannot be imported"),
        (None, "there is no module broken"),
    ],
)
def test_a_module_that_cannot_run(reactions: ReactionsRig, text: str | None, said: str) -> None:
    """The words come out at the top, with exit code 2, and no worker is started again and again."""
    if text is not None:
        reactions.module("broken", text)
    run = reactions.run("broken")

    assert run.process.wait(60) == Exit.USAGE
    assert said in run.said.splitlines()[-1]


def test_webhooks(reactions: ReactionsRig, tmp_path: Path) -> None:
    """From a crossing to a signed request at two endpoints, of which one is down at first: it holds up nobody."""
    certificate = Certificate(tmp_path)
    with Receiver(certificate) as well, Receiver(certificate, answers=[503, 503, 503, 204]) as down:
        run = reactions.run(
            CAIRN_WEBHOOKS_URLS=f"{well.url},{down.url}",
            CAIRN_WEBHOOKS_SECRETS="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            CAIRN_WEBHOOKS_LOOPBACK="true",
            CAIRN_WEBHOOKS_LOOPBACK_CA_FILE=str(certificate.ca_file),
            CAIRN_WEBHOOKS_LONGEST_PAUSE="1 s",
        )
        until(lambda: len(run.events("begins")) == 2, within=60, what=f"both have begun\n{run.said}")
        ids = reactions.cross(f"c-{each}" for each in range(12))

        for receiver in (well, down):
            until(
                lambda: len(receiver.requests) >= len(ids) + (3 if receiver is down else 0),  # noqa: B023 - used at once
                within=60,
                what=f"all are posted\n{run.said}",
            )
            assert {each.headers["webhook-id"] for each in receiver.requests} == set(ids)
        assert run.stop() == Exit.OK
        assert len(well.requests) == len(ids)


def test_nothing_to_run(reactions: ReactionsRig) -> None:
    run = reactions.run()
    assert run.process.wait(60) == Exit.USAGE
    assert "nothing to run" in run.said.splitlines()[-1]


def _cairn(rig: ReactionsRig, *words: str) -> None:
    command = [sys.executable, "-m", "deploy.cli", "--bootstrap", rig.bootstrap, *words]
    found = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={"CAIRN_TOPICS_PREFIX": rig.prefix, "PATH": ""}
    )
    assert found.returncode == Exit.OK, found.stdout + found.stderr


def test_a_topic_that_was_made_anew_is_not_passed_over(reactions: ReactionsRig) -> None:
    """Kafka forgets the positions with the topic: an app that begins "now" would begin behind what is in the new one,
    and while it runs its client waits for the old one without a word, ready for whoever asks.
    """
    module = reactions.module("tell", begin="now")
    run = reactions.run(module)
    until(lambda: run.events("begins"), within=60, what=f"it has begun\n{run.said}")
    reactions.wait_done(reactions.cross(["c-1", "c-2"]))

    reactions.make_anew(reactions.crossed)
    assert run.process.wait(60) == Exit.DRIFT
    assert f"{reactions.crossed} was deleted" in run.said
    new = reactions.cross([f"n-{each}" for each in range(20)])

    again = reactions.run(module)
    assert again.process.wait(60) == Exit.DRIFT
    assert f"no position in {reactions.crossed} any more" in again.said

    accepted = reactions.run(module, CAIRN_REACTIONS_ACCEPT_GAP="true")
    reactions.wait_done(new)
    assert accepted.stop() == Exit.OK
    assert {reactions.done()[each] for each in new} == {1}
