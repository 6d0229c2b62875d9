"""What a reaction says instead of handling a record."""

from __future__ import annotations

import pytest

from stream.reactions import SetAside


def test_a_dead_letter_has_a_code_that_is_known() -> None:
    """Said where it is raised, in the reaction: when the letter is written it would be a fault of the worker."""
    assert SetAside("no such account").code == "reaction_failed"
    with pytest.raises(ValueError, match="'no_account' is no reject code"):
        SetAside("no such account", code="no_account")
