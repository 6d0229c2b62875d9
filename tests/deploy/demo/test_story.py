"""The story waits for what is true, not for time to pass, and not for ever."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from deploy.demo.audit import Balance
from deploy.demo.crew_log import Crewman
from deploy.demo.kill import Kill
from deploy.demo.office import CELEBRATING, REACTING
from deploy.demo.people import HERO
from deploy.demo.reacted import Reacted
from deploy.demo.stage import Stage
from deploy.demo.story import BOUND_S, Caller, Record, Story, StoryFailedError, once
from schemas.channel import CHANNELS
from stream.runtime.exits import Exit


def play(stage: Any, story: Story) -> None:
    for _ in story:
        stage.now += BOUND_S / 10


def test_what_does_not_happen_in_time_is_told() -> None:
    """Exit code 1, what was waited for, and the tracker's last words."""
    told: list[str] = []
    log = SimpleNamespace(tail=["worker 1 cannot start"])
    stage: Any = SimpleNamespace(
        now=0.0,
        say=lambda text, *_tone: told.append(text),
        settings=SimpleNamespace(kafka=SimpleNamespace(bootstrap_servers="127.0.0.1:1")),
        crew=SimpleNamespace(workers=[], states={}, log=log),
    )
    with pytest.raises(StoryFailedError) as failed:
        play(stage, once(cast(Stage, stage), Record(), list, cast(Caller, None)))
    assert failed.value.exit == Exit.FINDINGS
    assert "both workers count" in failed.value.what
    assert "worker 1 cannot start" in (failed.value.where or "")
    assert len(told) == 2


@pytest.mark.parametrize(
    ("arrived", "roles", "explained"),
    [
        (frozenset(), CELEBRATING, [f"`cairn contact explain {HERO}`:", f"{HERO} waits"]),
        (frozenset(CHANNELS), (REACTING,), []),
    ],
    ids=["no message arrives", "the reaction handles nothing"],
)
def test_those_who_are_waited_for_have_their_last_words(
    arrived: frozenset[str], roles: tuple[str, ...], explained: list[str]
) -> None:
    """Beside the tracker's: of the roles of which something was expected, and of no other; and why a contact waits."""
    workers = [Crewman(each, pid=10 + each, owned={each}) for each in range(2)]
    stage: Any = SimpleNamespace(
        now=0.0,
        now_ms=0,
        say=lambda *_: None,
        add=lambda _: None,
        page="",
        settings=SimpleNamespace(kafka=SimpleNamespace(bootstrap_servers="127.0.0.1:1")),
        crew=SimpleNamespace(
            workers=workers,
            states=dict.fromkeys(range(2), "1 partitions"),
            log=SimpleNamespace(tail=["tracker"]),
            explain=lambda contact: f"{contact} waits",
        ),
        office=SimpleNamespace(start=lambda _: None, last_words=lambda role: [f"{role} says"]),
        product=SimpleNamespace(people={HERO: SimpleNamespace(name="Ada")}, rush=lambda *_: None),
        mailbag=SimpleNamespace(reached=lambda *_: arrived),
        balance=Balance(expected=1, seen=1),
        audited=SimpleNamespace(asked_at=float("inf")),
        kills=[],
        strike=lambda man: Kill(man.index, man.pid, 0.0, frozenset({0}), waiting=1, new_pid=12, back_after=1.0),
        reacted=Reacted(),
    )
    with pytest.raises(StoryFailedError) as failed:
        play(stage, once(cast(Stage, stage), Record(), list, cast(Caller, None)))
    told = (failed.value.where or "").splitlines()
    last = [text for role in roles for text in (f"and of {role}:", f"{role} says")]
    assert told[1:] == ["tracker", *last, *explained]
