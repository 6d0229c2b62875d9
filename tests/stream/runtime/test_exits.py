import pytest

from stream.runtime.exits import Exit


@pytest.mark.parametrize("code", list(Exit))
def test_every_code_has_a_meaning(code: Exit) -> None:
    """The documentation and the supervisor's log print one sentence for each code."""
    assert code.meaning.endswith(".")


def test_only_what_a_person_must_change_is_not_worth_restarting() -> None:
    """A restart cannot mend a wrong setting, drifted topics or a held slot; anything else it may."""
    hopeless = {code for code in Exit if not code.worth_restarting}

    assert hopeless == {Exit.USAGE, Exit.DRIFT, Exit.SLOT_HELD}
