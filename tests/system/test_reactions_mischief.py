"""What a developer's code and a client can do to a worker of reactions, on a real Kafka: nothing is lost in silence."""

from __future__ import annotations

import os

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from schemas.partitioner import partition_of
from stream.runtime.exits import Exit
from tests.system.reactions_rig import ReactionsRig, Run
from tests.system.waiting import until

pytestmark = pytest.mark.system

HEAD = """
import asyncio, os, time
from stream.reactions import App
app = App("odd", begin="earliest")
def note(crossing):
    with open({journal!r}, "a") as out:
        out.write(f"0 {{crossing.id}}" + chr(10))
"""

BATCHES = """
@app.agent(app.milestone_crossed)
async def tell(crossings):
    while True:
        try:
            note(await asyncio.wait_for(anext(crossings), 0.2))
        except TimeoutError:
            open({marks!r}, "a").write("waited" + chr(10))
"""

CANCELS = """
@app.agent(app.milestone_crossed)
async def tell(crossings):
    async for crossing in crossings:
        if not os.path.exists({marks!r}):
            open({marks!r}, "w").close()
            query = asyncio.ensure_future(asyncio.sleep(60))
            query.cancel()
            await query
        note(crossing)
"""

NEVER_ASKS = """
@app.agent(app.milestone_crossed)
async def tell(crossings):
    if not os.path.exists({marks!r}):
        open({marks!r}, "w").close()
        await asyncio.Event().wait()
    async for crossing in crossings:
        note(crossing)
"""

THREAD_HANGS = """
@app.agent(app.milestone_crossed)
async def tell(crossings):
    async for crossing in crossings:
        note(crossing)
        await asyncio.to_thread(time.sleep, 600)
"""

FETCHER_STALLS = """
import stream.reactions.consumer_thread as ours
if not os.path.exists({marks!r}):
    async def nothing(self, *args, **kwargs):
        open({marks!r}, "w").close()
        await asyncio.sleep(0.2)
        return dict()
    ours.driver.AIOKafkaConsumerThread._fetch_records = nothing
@app.agent(app.milestone_crossed)
async def tell(crossings):
    async for crossing in crossings:
        note(crossing)
"""

THREAD_STALLS = """
import stream.reactions.consumer_thread as ours
if not os.path.exists({marks!r}):
    async def blocked(self, *args, **kwargs):
        open({marks!r}, "w").close()
        time.sleep(600)
    ours.driver.AIOKafkaConsumerThread._fetch_records = blocked
@app.agent(app.milestone_crossed)
async def tell(crossings):
    async for crossing in crossings:
        note(crossing)
"""

HOLDS = """
@app.agent(app.milestone_crossed)
async def tell(crossings):
    async for crossing in crossings:
        note(crossing)
        while not os.path.exists({marks!r}):
            await asyncio.sleep(0.1)
"""


THREADS_HANG = """
@app.agent(app.milestone_crossed, concurrency=64)
async def tell(crossings):
    async for crossing in crossings:
        if not os.path.exists({marks!r}) or open({marks!r}).read() == str(os.getpid()):
            open({marks!r}, "w").write(str(os.getpid()))
            await asyncio.to_thread(time.sleep, 600)
        note(crossing)
"""


def _module(rig: ReactionsRig, body: str) -> str:
    return rig.module("odd", (HEAD + body).format(journal=str(rig.journal), marks=str(rig.directory / "marks")))


def _deaths(run: Run) -> list[str]:
    return [each["exit"] for each in run.events("worker_died")]


def test_asking_with_a_time_bound_loses_nothing(reactions: ReactionsRig) -> None:
    """Whoever collects a batch asks so. Cancelled in there, Faust's stream would end for good, without a word."""
    run = reactions.run(_module(reactions, BATCHES))
    marks = reactions.directory / "marks"
    until(marks.exists, within=60, what=f"it has waited in vain\n{run.said}")
    reactions.wait_done(reactions.cross(["c-1", "c-2"]))
    assert run.stop() == Exit.OK
    assert set(reactions.done().values()) == {1}


def test_a_task_of_its_own_that_was_cancelled_is_a_failure(reactions: ReactionsRig) -> None:
    """It is raised as what Faust takes for the end of the agent; the record is tried again like any other."""
    run = reactions.run(_module(reactions, CANCELS))
    reactions.wait_done(reactions.cross(["c-1", "c-2"]))
    assert not _deaths(run)
    assert run.stop() == Exit.OK


@pytest.mark.parametrize("body", [NEVER_ASKS, FETCHER_STALLS, THREAD_STALLS, THREADS_HANG])
def test_alive_and_reading_nothing_ends_the_worker(reactions: ReactionsRig, body: str) -> None:
    """A reaction that never asks, a fetcher that gets nothing, a client's thread that answers nobody, more calls that
    hang than there are threads; the next worker reads.
    """
    run = reactions.run(_module(reactions, body), CAIRN_REACTIONS_STALL="5 s")
    ids = reactions.cross(f"c-{each}" for each in range(20))
    reactions.wait_done(ids, within=120)
    assert _deaths(run) == ["stuck"]
    assert run.stop() == Exit.OK


def test_a_thread_of_a_reaction_that_hangs_does_not_hold_the_worker(reactions: ReactionsRig) -> None:
    run = reactions.run(_module(reactions, THREAD_HANGS), CAIRN_REACTIONS_DRAIN="5 s")
    reactions.wait_done(reactions.cross(["c-1"]))
    run.stop()
    assert not [each for each in run.events("drain_cut_short") if "workers" in each], run.said


def test_what_retention_deletes_before_a_running_worker_is_said(reactions: ReactionsRig) -> None:
    """The client would go on at the first record there is, and nobody would hear of those in between."""
    run = reactions.run(_module(reactions, HOLDS))
    reactions.wait_done(reactions.cross(["c-1"]))
    # 6 MB that nothing packs: more than 256 records that wait, and 1 MB that a fetch brings.
    reactions.put(*(os.urandom(10_000) for _ in range(600)))
    at = TopicPartition(reactions.crossed, partition_of(b"c-1", reactions.partitions), 590)
    admin = AdminClient({"bootstrap.servers": reactions.bootstrap})
    admin.delete_records([at])[at].result(30)
    (reactions.directory / "marks").touch()

    assert run.process.wait(90) == Exit.DRIFT
    assert _deaths(run)[0] == "stuck"
    assert "records were deleted unread" in run.said.splitlines()[-1]
