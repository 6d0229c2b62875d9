"""The address of a record on the topic of reactions."""

from __future__ import annotations

import pytest

from schemas.reaction import Address, address_of, without_address

ADDRESS = Address("tell-sales/tell", "milestone-crossed")


def test_it_is_read_as_it_was_written() -> None:
    assert address_of([("own", b"1"), *ADDRESS.headers()]) == ADDRESS


def test_a_record_that_was_set_aside_twice_has_one_address() -> None:
    """The last counts, and the older ones can be taken off."""
    older = Address("other/tell", "milestone-nudges")
    both = [("own", b"1"), *older.headers(), *ADDRESS.headers()]
    assert address_of(both) == ADDRESS
    assert without_address(both) == [("own", b"1")]


@pytest.mark.parametrize("headers", [None, [], [("cairn-reaction", b"a/b")], [("cairn-reaction-topic", b"x")]])
def test_half_an_address_is_none(headers: list[tuple[str, bytes]] | None) -> None:
    assert address_of(headers) is None
