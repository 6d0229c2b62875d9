from __future__ import annotations

import pytest

from tests.bench.target import at_least, at_most


@pytest.mark.parametrize(
    ("measured", "said"),
    [(2.4, "reached"), (2.0, "reached"), (1.8, "missed by 10 %"), (1.995, "missed by less than 1 %")],
)
def test_more_is_better_up_to_the_limit(measured: float, said: str) -> None:
    """The limit itself is reached; below it the miss is a share of the limit, and never reads as 0 %."""
    assert at_least(2.0, "2.0 x").verdict(measured) == said


@pytest.mark.parametrize(("measured", "said"), [(29.0, "reached"), (30.0, "reached"), (45.0, "missed by 50 %")])
def test_less_is_better_down_to_the_limit(measured: float, said: str) -> None:
    """The same for what is to be small."""
    assert at_most(30.0, "30 ms").verdict(measured) == said


def test_the_text_says_on_which_side_good_is() -> None:
    """Readers see the sign of the comparison."""
    assert at_least(2.0, "2.0 x").text == "≥ 2.0 x"
    assert at_most(30.0, "30 ms").text == "≤ 30 ms"
