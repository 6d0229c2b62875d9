"""The verdict of the doctor."""

from __future__ import annotations

import pytest

from deploy.cli.doctor.check import Check, Mark, failed, verdict
from schemas.errors import CairnError
from stream.runtime.exits import Exit

OK = Check("a", Mark.OK, "")
WARN = Check("b", Mark.WARN, "")
FAIL = Check("c", Mark.FAIL, "")
DRIFT = Check("d", Mark.FAIL, "", exit=Exit.DRIFT)
DOWN = Check("e", Mark.FAIL, "", exit=Exit.CANNOT_CONNECT)


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ([OK, WARN], Exit.OK),
        ([OK, FAIL], Exit.FINDINGS),
        ([FAIL, DRIFT], Exit.DRIFT),
        ([FAIL, DRIFT, DOWN], Exit.CANNOT_CONNECT),
    ],
)
def test_the_gravest_failure_is_the_exit_code(checks: list[Check], expected: Exit) -> None:
    """No connection before drift before the rest; a warning is no failure."""
    assert verdict(checks) is expected


def test_an_error_becomes_a_failed_check() -> None:
    """What, where and fix are kept; an exit code that users do not know by number is 1."""
    check = failed("x", CairnError("what", "where", "fix", exit=Exit.STORE))

    assert (check.mark, check.finding, check.cure, check.exit) == (Mark.FAIL, "what (where)", "fix", Exit.FINDINGS)
