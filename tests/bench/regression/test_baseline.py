from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from stream.native.extension import Found
from tests.bench.regression import __main__ as guard
from tests.bench.regression.baseline import TOLERANCE, judge, known, write
from tests.bench.regression.instructions import COUNTERS
from tests.bench.regression.ratio import WARM_TURNS, cpu_ratio


@pytest.mark.parametrize(("measured", "passed"), [(100.0, True), (114.9, True), (115.1, False), (50.0, True)])
def test_an_event_may_not_become_dearer_by_more_than_the_tolerance(measured: float, passed: bool) -> None:
    """Cheaper is fine, and is told, so that the gain is not lost again unseen."""
    verdict = judge("instructions", measured, 100.0)
    assert verdict.passed is passed
    assert ("--write" in verdict.text) == (abs(measured / 100.0 - 1) > TOLERANCE)


def test_no_baseline_is_no_pass() -> None:
    """A new version of Python has a cost of its own: somebody looks at it before it is the measure."""
    assert judge("instructions", 1.0, None).passed is None


def test_a_written_baseline_is_read_back_beside_the_others(tmp_path: Path) -> None:
    """One machine's way of measuring does not overwrite another's."""
    file = tmp_path / "baseline.json"
    assert known("a", file) is None
    write("a", 1.23456, file)
    write("b", 2.0, file)
    assert (known("a", file), known("b", file)) == (1.235, 2.0)


def _next(looks: Iterator[float], **_: bool) -> float:
    return next(looks)


def test_a_noisy_moment_does_not_fail_and_a_dearer_event_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lowest of three looks counts. Without a baseline, as on a new Python, it is said and is no failure."""
    monkeypatch.setattr(guard, "known", lambda _kind: 100.0)
    for looks, code in (([130.0, 101.0], 0), ([130.0, 130.0, 130.0], guard.BECAME_DEARER)):
        monkeypatch.setattr(guard, "find", lambda: Found(None))
        monkeypatch.setattr(guard, "cpu_ratio", partial(_next, iter(looks)))
        assert guard.main(["--by", "ratio"]) == code
    monkeypatch.setattr(guard, "known", lambda _kind: None)
    monkeypatch.setattr(guard, "cpu_ratio", lambda **_: 1.0)
    assert guard.main(["--by", "ratio"]) == 0


@pytest.mark.parametrize(
    ("counter", "said", "count"),
    [
        ("perf", "3107352116,,instructions:u,1000,100.00,,", 3_107_352_116),
        ("perf", "<not supported>,,instructions:u,0,100.00,,", None),
        ("cachegrind", "==29455== I   refs:      3,107,352,116", 3_107_352_116),
        ("cachegrind", "==29455== nothing", None),
    ],
)
def test_reports_of_both_counters_are_read(counter: str, said: str, count: int | None) -> None:
    """Also that there is no count: most virtual machines hide the processor's own."""
    (asked,) = (each for each in COUNTERS if each.name == counter)
    assert asked.read(said) == count


def test_the_ratio_is_that_of_the_clock() -> None:
    """With a clock that ticks once at each look, path and loop take the same time; and the workload works."""
    ticks = itertools.count()
    ratio = cpu_ratio(lambda: float(next(ticks)), turns=3)
    assert ratio == pytest.approx(1.0)
    assert next(ticks) == 2 * (1 + 2 * (3 + WARM_TURNS))
