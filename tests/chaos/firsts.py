"""R5: every contact comes once, and that one event crosses a milestone; two workers join while they come."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.chaos.play import Play
from tests.system.usage import Usage
from tests.system.waiting import until


def firsts(play: Play, alone: int) -> None:
    """One worker begins; a second joins after `alone` contacts, a third when half of the others have come."""
    total = play.load.events
    crew = play.crew()
    crew.start("a")
    crew.wait_all_owning()
    with play.watched(), play.feed(events=_events(total)) as feed:
        for name, mark in (("b", alone), ("c", alone + (total - alone) // 2)):
            until(play.progress_of(mark), within=120, what=f"{mark} of {total} contacts are committed")
            crew.start(name)
            crew.wait_all_owning()
            play.outcome.rebalances += 1
            play.outcome.require(feed.written < total, f"all had come before {name} had its partitions")
        feed.finish()
        play.rig.wait_processed(within=120)
    crew.dismiss()
    _require_all_distinct(play, total)


def _events(count: int) -> Iterator[Usage]:
    for number in range(count):
        yield Usage(f"contact-{number}", f"e-{number}", value=10 + number % 90)


def _require_all_distinct(play: Play, total: int) -> None:
    """As the published test judges: no oracle, one record for each contact."""
    with play.rig.log(play.rig.crossed) as log:
        came = [json.loads(record.value())["contact_id"] for record in log.read_all()]
    play.outcome.require(
        len(came) == len(set(came)) == total,
        f"{total} contacts came, {len(set(came))} crossed, in {len(came)} records",
    )
