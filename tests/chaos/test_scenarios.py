"""Each scenario at its scaled size: real processes, killed and stalled for real, judged by an oracle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.feed import Load
from tests.chaos.oracle import of_record
from tests.chaos.play import Play
from tests.chaos.scenario import SCENARIOS, Scenario, Size
from tests.system.usage import UsageProducer

pytestmark = pytest.mark.chaos


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.id)
def test_nothing_is_lost_and_nothing_comes_twice(scenario: Scenario, kafka: str, prefix: str, tmp_path: Path) -> None:
    """Every crossing that the input gives appears once and in its place; rows, stores and positions agree; nothing
    goes back.
    """
    outcome = scenario.play("scaled", kafka, prefix, tmp_path)
    assert outcome.passed, str(outcome)


def test_a_scenario_goes_red_when_a_record_is_lost_and_another_comes_twice(
    kafka: str, prefix: str, tmp_path: Path
) -> None:
    """The way from the topics to the verdict, which all scenarios share: what is planted there is named, and no more.

    What the comparison makes of every kind of fault, `test_verdict` shows.
    """
    planted: list[tuple[str, str, int]] = []

    def spoil(play: Play) -> None:
        crew = play.crew()
        crew.start("w")
        with play.feed() as feed:
            feed.finish()
        play.rig.wait_processed()
        crew.dismiss()
        with play.rig.log(play.rig.crossed) as log:
            log.read_all()
            twice, lost = (records[0] for records in log.by_partition().values())
        again = UsageProducer(play.rig.bootstrap, play.rig.crossed)
        again.put(twice.value(), twice.key(), twice.partition())
        again.flush()
        play.rig.delete_records({lost.partition(): lost.offset() + 1}, play.rig.crossed)
        planted.extend(of_record(each.value()).identity for each in (twice, lost))

    size = Size(Load(400, 20, rate=4_000), {}, {})
    outcome = Scenario("-", "spoilt", spoil, 2, size, size).play("scaled", kafka, prefix, tmp_path)
    assert not outcome.passed
    assert outcome.judgement is not None, str(outcome)
    verdict = outcome.judgement.verdict
    assert [verdict.duplicate, verdict.missing, verdict.extra] == [(planted[0],), (planted[1],), ()]
