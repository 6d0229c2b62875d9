"""R5: every contact comes once, and that one event crosses a milestone; two workers join while they come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count

from tests.chaos.play import Play
from tests.system.usage import Usage


def firsts(play: Play, apart: int) -> None:
    """One worker begins; two more join, with `apart` contacts before, between and after them."""
    crew = play.crew()
    crew.start("a")
    crew.wait_all_owning()
    with play.watched(), play.feed(events=_events()) as feed:
        for name in ("b", "c"):
            play.more_progress(apart)
            crew.start(name)
            crew.wait_all_owning()
            play.outcome.rebalances += 1
        play.more_progress(apart)
        feed.stop()
        play.rig.wait_processed(within=120)
    crew.dismiss()
    _require_all_distinct(play, feed.written)


def _events() -> Iterator[Usage]:
    for number in count():
        yield Usage(f"contact-{number}", f"e-{number}", value=10 + number % 90)


def _require_all_distinct(play: Play, total: int) -> None:
    """As the published test judges: no oracle, one record for each contact."""
    with play.rig.log(play.rig.crossed) as log:
        came = [json.loads(record.value())["contact_id"] for record in log.read_all()]
    play.outcome.require(
        len(came) == len(set(came)) == total,
        f"{total} contacts came, {len(set(came))} crossed, in {len(came)} records",
    )
