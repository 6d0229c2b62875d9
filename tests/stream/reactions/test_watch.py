"""Alive, and at work?"""

from __future__ import annotations

from typing import Any

from stream.reactions.watch import Look, Watch

AT = ("milestone-crossed", 2)
STALL = 60.0


def seen(**changed: Any) -> Look:
    given: dict[str, Any] = {
        "positions": {AT: 10},
        "ends": {AT: 10},
        "unfinished": {},
        "held": None,
        "away": None,
        "assigned": True,
    }
    return Look(**{**given, **changed})


def judged(*looks: Look, every: float = 30.0) -> list[str | None]:
    watch = Watch(STALL)
    return [watch.look(each, number * every) for number, each in enumerate(looks)]


def test_a_worker_with_nothing_to_read_is_well() -> None:
    assert judged(*[seen()] * 5) == [None] * 5


def test_a_worker_that_reads_nothing_although_there_is_something() -> None:
    """Faust's issues 523, 532 and 629: days of it."""
    *before, last = judged(*[seen(ends={AT: 11})] * 3)
    assert before == [None, None]
    assert last == "milestone-crossed 2 stands at 10 for 60 s, and ends at 11"


def test_any_progress_begins_anew() -> None:
    stuck = seen(ends={AT: 20})
    moved = seen(positions={AT: 11}, ends={AT: 20})
    assert judged(stuck, stuck, moved, moved) == [None] * 4


def test_what_is_unfinished_holds_the_client_up_and_is_no_stall_of_it() -> None:
    """A reaction that waits for another system keeps the client from reading on: that is what it is for."""
    assert judged(*[seen(ends={AT: 99}, unfinished={AT: 5})] * 5) == [None] * 5


def test_a_reaction_that_holds_one_record_too_long() -> None:
    assert judged(seen(held=("app/tell", 59.0)), seen(held=("app/tell", 60.0))) == [
        None,
        "app/tell has had one record in hand for 60 s",
    ]


def test_a_group_that_never_assigns_again() -> None:
    *before, last = judged(*[seen(assigned=False)] * 3)
    assert before == [None, None]
    assert last == "the group has assigned nothing for 60 s"


def test_an_outage_of_the_brokers_is_no_stall() -> None:
    """Nobody answers: no restart mends that."""
    assert judged(*[seen(assigned=False, ends={})] * 5) == [None] * 5
    assert judged(*[seen(ends={})] * 5) == [None] * 5


def test_a_partition_that_went_and_came_back_is_new() -> None:
    stuck = seen(ends={AT: 11})
    assert judged(stuck, seen(positions={}), stuck, stuck) == [None] * 4


def test_a_reaction_that_asks_for_nothing_although_something_waits() -> None:
    """As one that waits for its database before its loop: its records are taken in, and in nobody's hand."""
    away = ("app/tell", 60.0)
    assert judged(seen(away=away, unfinished={AT: 0})) == [None]
    assert judged(seen(away=("app/tell", 59.0), unfinished={AT: 3})) == [None]
    assert judged(seen(away=away, unfinished={AT: 3})) == ["app/tell has asked for no record for 60 s, and some wait"]


def test_a_client_that_answers_nobody() -> None:
    deaf = seen(positions=None)
    *before, last = judged(*[deaf] * 3)
    assert before == [None, None]
    assert last == "the client's thread has not answered for 60 s"
    assert judged(deaf, deaf, seen(), deaf) == [None] * 4
    assert judged(*[seen(positions=None, ends={})] * 5) == [None] * 5
