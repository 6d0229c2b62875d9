"""R15: events that leap over several milestones, come late, twice, out of order, or take back; with deaths in
between.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from tests.chaos.play import Play
from tests.system.usage import Usage

DAY_MS = 86_400_000


def leaps(play: Play, kills: int, apart: int) -> None:
    """The dedupe window is on; a worker dies `kills` times, `apart` events between them; nothing is ever crossed again
    that was crossed once.
    """
    crew = play.crew(membership="static", dedupe_window=16)
    crew.start("w")
    crew.wait_all_owning()
    with play.watched(), play.feed(events=_events(play.load.events, play.load.contacts, play.load.seed)) as feed:
        for _ in range(kills):
            play.more_progress(apart)
            crew.kill("w")
            crew.start("w")
        play.more_progress(apart)
        feed.stop()
        crew.wait_all_owning()
        play.rig.wait_processed(within=60)
    crew.dismiss()


def _events(count: int, contacts: int, seed: int) -> Iterator[Usage]:
    chance = random.Random(seed)
    now = time.time_ns() // 1_000_000
    recent: list[Usage] = []
    for number in range(count):
        contact, identity = f"leaper-{chance.randrange(contacts)}", f"e-{number}"
        match chance.randrange(10):
            case 0:
                event = Usage(contact, identity, value=chance.randint(200, 1200))
            case 1:
                event = Usage(contact, identity, value=-chance.randint(1, 700))
            case 2:
                event = Usage(contact, identity, at=now - chance.randint(1, 400) * DAY_MS, value=chance.randint(1, 60))
            case 3 if recent:
                event = chance.choice(recent)
            case 4:
                event = Usage(contact, identity, event="logged_in", at=now - chance.randint(0, 2) * DAY_MS)
            case 5:
                event = Usage(contact, identity, value=chance.choice((0, 0.5, 9.75, 0.25)))
            case 6:
                event = Usage(contact, identity, event="not_counted_by_anything")
            case _:
                event = Usage(contact, identity, value=chance.randint(1, 40))
        recent = [*recent[-4:], event]
        yield event
