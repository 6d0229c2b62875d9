"""CairnError: what, where, how to fix it."""

from __future__ import annotations

from schemas.errors import CairnError


def test_an_error_is_rendered_as_short_lines_and_only_those_it_has() -> None:
    assert str(CairnError("it broke", where="line 3", fix="mend it")) == "it broke\nwhere: line 3\nfix: mend it"
    assert str(CairnError("it broke")) == "it broke"


def test_the_exit_code_is_the_given_one_or_the_one_of_the_class() -> None:
    class DriftError(CairnError):
        exit = 3

    assert CairnError("x").exit == 70
    assert CairnError("x", exit=4).exit == 4
    assert DriftError("x").exit == 3
    assert DriftError("x", exit=4).exit == 4
    assert DriftError.exit == 3
