"""What the reaction's log says, and what is missing in it."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import deploy.demo.reaction
from deploy.demo.reacted import Reacted
from schemas.milestone_crossed import MilestoneCrossed
from tests.deploy.demo.samples import CROSSED
from tests.deploy.demo.test_crew_log import said


def handled(*ids: str) -> bytes:
    return b"".join(f"handled {each}: c-1 reached documents-10\n".encode() for each in ids)


def test_the_reaction_and_its_reader_speak_the_same_words(capsys: pytest.CaptureFixture[str]) -> None:
    """The real function, given a crossing; and it is no more than the five lines that the guide promises."""

    async def crossings() -> AsyncIterator[MilestoneCrossed]:
        yield CROSSED

    asyncio.run(deploy.demo.reaction.tell(crossings()))  # type: ignore[arg-type]
    reacted = Reacted()
    reacted.feed(capsys.readouterr().out.encode())
    assert reacted.against([CROSSED.id]).missing == ()
    assert reacted.handled == 1
    body = ast.parse(Path(deploy.demo.reaction.__file__).read_text("utf-8")).body
    assert len(body) == 4  # docstring, import, app, agent


def test_repeats_are_counted_and_what_is_missing_is_named() -> None:
    reacted = Reacted()
    reacted.feed(handled("a", "b", "a", "ghost") + b'handled torn: c-1{"event": "worker_died"}\n' + b"handled half")
    found = reacted.against(["a", "b", "c"])
    assert (found.crossings, found.handled, found.again) == (3, 3, 1)
    assert (found.missing, found.strange) == (("c",), ("ghost",))


def test_it_is_back_once_the_next_process_has_handled_something() -> None:
    """Lines of the one that was killed may be read after its death: they are not those of the next."""
    reacted = Reacted()
    reacted.feed(said("worker_started", worker=0, pid=10) + handled("a"))
    assert reacted.running
    reacted.struck(10)
    reacted.feed(handled("b") + said("worker_died", worker=0, exit="sigkill"))
    assert reacted.worker is not None
    assert reacted.worker.pid is None
    reacted.feed(said("worker_started", worker=0, pid=11))
    assert reacted.against(["a", "b"]).back is None
    line = handled("b")
    reacted.feed(line[:5])
    reacted.feed(line[5:])
    found = reacted.against(["a", "b"])
    assert (found.killed, found.back, found.again) == (10, 11, 1)
    reacted.struck(11)
    assert reacted.against([]).back is None
