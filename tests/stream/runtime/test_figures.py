from collections.abc import Callable

from stream.runtime.figures import Figures
from stream.runtime.snapshot import Snapshot, Tally

EVENTS = "cairn_events_total"


def events(figures: Figures) -> float:
    """The total of one counter."""
    return figures.totals().counters[EVENTS][("t",)]


def test_counters_of_all_workers_add_up(make_snapshot: Callable[..., Snapshot]) -> None:
    """The parent speaks for all."""
    figures = Figures()
    for worker in (0, 1):
        figures.start(worker, 100 + worker, 0.0)
        figures.receive(make_snapshot(worker=worker, counters={EVENTS: {("t",): 5.0}}))

    assert events(figures) == 10


def test_a_total_never_falls_when_a_worker_dies_and_begins_anew(make_snapshot: Callable[..., Snapshot]) -> None:
    """Prometheus would take a fall for a restart of everything and count twice."""
    figures = Figures()
    figures.start(0, 100, 0.0)
    figures.receive(make_snapshot(counters={EVENTS: {("t",): 5.0}}, histograms={"h": {(): Tally([1, 2], 3.0)}}))

    figures.bury(0, "sigkill")
    assert events(figures) == 5

    figures.start(0, 101, 1.0)
    assert events(figures) == 5

    figures.receive(make_snapshot(counters={EVENTS: {("t",): 2.0}}, histograms={"h": {(): Tally([1, 0], 1.0)}}))
    assert events(figures) == 7
    assert figures.totals().histograms["h"][()] == Tally([2, 2], 4.0)


def test_a_repeated_snapshot_counts_once(make_snapshot: Callable[..., Snapshot]) -> None:
    """Counters in it run from the start of the process."""
    figures = Figures()
    figures.start(0, 100, 0.0)

    for _ in range(3):
        figures.receive(make_snapshot(counters={EVENTS: {("t",): 5.0}}))

    assert events(figures) == 5


def test_gauges_go_with_their_worker(make_snapshot: Callable[..., Snapshot]) -> None:
    """A dead worker has no cache."""
    figures = Figures()
    figures.start(0, 100, 0.0)
    figures.receive(make_snapshot(gauges={"cairn_cache_rows": {("0",): 9.0}}))
    assert figures.totals().gauges == {"cairn_cache_rows": {("0",): 9.0}}

    figures.bury(0, "fenced")
    assert figures.totals().gauges == {}


def test_deaths_are_counted_as_restarts_by_what_they_said(make_snapshot: Callable[..., Snapshot]) -> None:
    """Those of a drain are none."""
    figures = Figures()
    figures.start(0, 100, 0.0)
    figures.bury(0, "sigkill")
    figures.start(0, 101, 0.0)
    figures.stop("draining")
    figures.bury(0, "ok")

    assert figures.totals().counters["cairn_worker_restarts_total"] == {("sigkill",): 1}
    (view,) = figures.views()
    assert (view.alive, view.restarts, view.why_dead) == (False, 1, "ok")


def test_the_first_process_of_a_worker_that_is_expected_is_no_restart() -> None:
    """The second is."""
    figures = Figures()
    figures.expect([0])
    figures.start(0, 100, 0.0)
    assert [(view.alive, view.restarts) for view in figures.views()] == [(True, 0)]

    figures.bury(0, "sigkill")
    figures.start(0, 101, 1.0)
    assert [(view.alive, view.restarts) for view in figures.views()] == [(True, 1)]


def test_started_once_outlives_the_process(make_snapshot: Callable[..., Snapshot]) -> None:
    """A start-up probe is about the first start only."""
    figures = Figures()
    figures.start(0, 100, 0.0)
    figures.receive(make_snapshot())
    figures.bury(0, "sigkill")
    figures.start(0, 101, 0.0)

    (view,) = figures.views()
    assert view.started_once
