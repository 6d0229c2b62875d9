"""A cache keeps all that it may while that is asked for again, and a sample where it is not."""

from __future__ import annotations

from stream.engine.cache_bound import FEW, PATIENCE, SAMPLE, WORTH, CacheBound

LIMIT = 64_000


def look(bound: CacheBound, sought: int, share: float) -> None:
    """A transaction that sought so many rows and found this share of them, and then dropped some."""
    found = round(sought * share)
    bound.sought(found, sought - found)
    bound.dropped()
    bound.judge()


def test_a_cache_that_is_not_worth_it_keeps_a_sample() -> None:
    bound = CacheBound(LIMIT)
    look(bound, LIMIT, WORTH / 2)
    assert bound.rows == LIMIT // SAMPLE


def test_a_cache_that_is_worth_it_keeps_all() -> None:
    bound = CacheBound(LIMIT)
    look(bound, LIMIT, WORTH)
    assert bound.rows == LIMIT


def test_a_sample_that_finds_its_part_brings_the_whole_cache_back() -> None:
    """What one row in 64 finds is a 64th of what all would; and a sample is looked at for longer."""
    bound = CacheBound(LIMIT)
    look(bound, LIMIT, 0.0)
    look(bound, LIMIT, 1.0)
    assert bound.rows == LIMIT // SAMPLE
    look(bound, LIMIT * (PATIENCE - 1), 0.0)
    assert bound.rows == LIMIT


def test_a_sample_stays_while_all_rows_would_find_too_little() -> None:
    bound = CacheBound(LIMIT)
    look(bound, LIMIT, 0.0)
    for _ in range(3):
        look(bound, LIMIT * PATIENCE, WORTH / SAMPLE / 2)
        assert bound.rows == LIMIT // SAMPLE


def test_a_cache_that_holds_every_row_is_never_judged() -> None:
    """Where all contacts are new nothing is found; they may come again."""
    bound = CacheBound(LIMIT)
    bound.sought(0, LIMIT * 10)
    bound.judge()
    assert bound.rows == LIMIT


def test_few_rows_are_no_proof() -> None:
    bound = CacheBound(1)
    look(bound, FEW - 1, 0.0)
    assert bound.rows == 1


def test_a_cache_of_no_rows_stays_one() -> None:
    bound = CacheBound(0)
    bound.sought(0, FEW * 2)
    bound.judge()
    assert bound.rows == 0
