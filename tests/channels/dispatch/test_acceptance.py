"""When a provider is believed that places are no more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.dispatch.acceptance import DEAD_IN_A_ROW, FOREIGN_IN_A_ROW, Acceptance


@given(st.lists(st.sampled_from(["taken", "foreign", "dead"]), max_size=400))
def test_what_is_buried_is_bounded_by_what_was_taken(answers: list[str]) -> None:
    """Whatever a provider says in whatever order: nobody is another account's before one message was taken, and between
    two that were taken no more are buried than the bounds say.
    """
    acceptance = Acceptance()
    buried = {"foreign": 0, "dead": 0}
    proven = False
    for each in answers:
        if each == "taken":
            acceptance.taken()
            proven, buried = True, {"foreign": 0, "dead": 0}
        elif acceptance.believes_foreign() if each == "foreign" else acceptance.believes_dead():
            buried[each] += 1
            assert proven or each == "dead"
        assert buried["foreign"] < FOREIGN_IN_A_ROW
        assert sum(buried.values()) < DEAD_IN_A_ROW
