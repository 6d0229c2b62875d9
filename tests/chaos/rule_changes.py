"""R16: the rules change while workers die; each partition goes over at one place of its input, and never back."""

from __future__ import annotations

import json
from collections import defaultdict

from tests.chaos.play import Play
from tests.system.rig import MILESTONES

ADDED = "logins-3"
CHANGED = MILESTONES.replace("{logins: [1, 5]}", "{logins: [1, 3, 5]}")
"""One more rung, which no other milestone is crossed together with."""


def rule_changes(play: Play, times: int, apart: int) -> None:
    """Three static workers, `times` kills, `apart` events between them; the rules change before the middle one."""
    names = ("a", "b", "c")
    crew = play.crew(membership="static")
    for name in names:
        crew.start(name)
    crew.wait_all_owning()
    with play.watched(), play.feed() as feed:
        for number in range(times):
            play.more_progress(apart)
            if number == times // 2:
                play.rig.apply(CHANGED)
            crew.kill(names[number % 3])
            crew.start(names[number % 3])
        play.more_progress(apart)
        feed.stop()
        play.rig.wait_processed(within=120)
    crew.wait_all_owning()
    crew.dismiss()
    play.besides = ADDED
    _require_one_change_for_each_partition(play)


def _require_one_change_for_each_partition(play: Play) -> None:
    """Versions never go back along the input, and the new rung is crossed by every third login from one place on.

    What a partition read before that place counts for the old rules alone: a contact whose third login lies there never
    crosses the rung.
    """
    thirds: dict[int, list[tuple[int, str]]] = defaultdict(list)
    logins: dict[tuple[int, str], int] = defaultdict(int)
    with play.rig.log(play.rig.inputs) as log:
        log.read_all()
        for partition, records in log.by_partition().items():
            for record in records:
                event = json.loads(record.value())
                if event["event"] == "logged_in":
                    logins[partition, event["contact_id"]] += 1
                    if logins[partition, event["contact_id"]] == 3:
                        thirds[partition].append((record.offset(), event["contact_id"]))
    with play.rig.log(play.rig.crossed) as log:
        log.read_all()
        crossed = log.by_partition()
    for partition, due in thirds.items():
        bodies = [json.loads(record.value()) for record in crossed[partition]]
        versions = [(body["source"]["offset"], body["rules_version"]) for body in bodies]
        play.outcome.require(
            [version for _, version in sorted(versions)] == sorted(version for _, version in versions),
            f"partition {partition} went back to older rules: {versions}",
        )
        found = [(b["source"]["offset"], b["contact_id"]) for b in bodies if b["milestone"] == ADDED]
        play.outcome.require(
            found == due[len(due) - len(found) :],
            f"partition {partition}: {ADDED} by {found[:3]}…, which is not every third login from one place on",
        )
        play.outcome.require(bool(found), f"partition {partition} never crossed {ADDED}: nothing was proven")
