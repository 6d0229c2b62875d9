"""R1: workers are killed one after the other while events keep coming, each when the group has come further."""

from __future__ import annotations

from tests.chaos.play import Play

LINGER = 0.1
"""Seconds for which each transaction stays open, so that a kill finds one: the published test uses a commit interval
of 5 s.
"""


def kills(play: Play, times: int, apart: int) -> None:
    """Three static workers; `times` kills in turn, each `apart` events after the last; a killed one is started again
    at once.
    """
    names = ("a", "b", "c")
    crew = play.crew(membership="static")
    for name in names:
        crew.start(name, mischief={"linger": LINGER})
    crew.wait_all_owning()
    with play.watched(), play.feed() as feed:
        for number in range(times):
            play.more_progress(apart)
            crew.kill(names[number % 3])
            crew.start(names[number % 3], mischief={"linger": LINGER})
        play.more_progress(apart)
        feed.stop()
        play.rig.wait_processed(within=120)
    crew.wait_all_owning()
    crew.dismiss()
    play.outcome.require(play.outcome.kills == times, "a kill was left out")
