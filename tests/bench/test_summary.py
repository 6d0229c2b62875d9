from __future__ import annotations

import pytest

from tests.bench.summary import median, percentile, slope


def test_median_is_the_middle_or_the_mean_of_two() -> None:
    """One slow run does not move the median."""
    assert median([3.0, 1.0, 90.0]) == 3.0
    assert median([4.0, 2.0]) == 3.0
    with pytest.raises(ValueError, match="no median"):
        median([])


def test_percentile_is_a_value_that_was_measured() -> None:
    """Nearest rank: the 99th percentile of a hundred values is the 99th of them, never more than was seen."""
    values = [float(each) for each in range(100, 0, -1)]
    assert percentile(values, 0.5) == 50.0
    assert percentile(values, 0.99) == 99.0
    assert percentile(values, 1.0) == 100.0
    assert percentile([7.0], 0.01) == 7.0


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 0.0), ([1.0], 1.1)])
def test_percentile_refuses_what_has_none(values: list[float], share: float) -> None:
    """No values, or a share that is none, is a mistake of the caller."""
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, share)


def test_slope_is_the_trend_through_noise() -> None:
    """Least squares: the trend of a line with symmetric noise is that of the line."""
    assert slope([(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]) == pytest.approx(2.0)
    assert slope([(0.0, 1.0), (1.0, -1.0), (2.0, 1.0)]) == pytest.approx(0.0)
    assert slope([(5.0, 1.0), (5.0, 9.0)]) == 0.0
    assert slope([]) == 0.0
