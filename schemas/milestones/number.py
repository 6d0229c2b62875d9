"""Exact numbers of the file: thresholds, whole or decimal, never binary floats."""

from __future__ import annotations

from decimal import Decimal

from schemas.limits import LARGEST, PLACES
from schemas.milestones.mistakes import malformed, shown
from schemas.milestones.problem import Path

Number = int | Decimal


def tidy(number: Number) -> Number:
    """Return the same number as an int if it is whole, so that 10 and 10.0 are written alike."""
    if isinstance(number, int):
        return number
    whole = int(number)
    return whole if whole == number else number


def read_positive(raw: object, what: str, at: Path = ()) -> Number:
    """Return ``raw`` as an exact number above zero.

    Raises:
        MalformedError: it is not a number, not above zero, or beyond what can be counted exactly.
    """
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        raise malformed(f"{what} must be a number, not {shown(raw)}", _unquoted(raw), at)
    if raw <= 0:
        raise malformed(f"{what} must be above 0, not {raw}", "a contact starts at 0, so 1 is the first", at)
    if raw > LARGEST:
        raise malformed(f"{what} {raw:.6g} is beyond 2^63 - 1", "use a smaller number or a coarser unit", at)
    if isinstance(raw, Decimal) and _places(raw) > PLACES:
        raise malformed(f"{what} has more than {PLACES} decimal places", "round it", at)
    return tidy(raw)


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _unquoted(raw: object) -> str:
    if not isinstance(raw, str):
        return "write a plain number, such as 100"
    digits = raw.replace("_", "").replace(",", "").replace(" ", "").replace("'", "")
    if digits.isascii() and digits.isdigit():
        return f"write {int(digits)}, without quotes or separators"
    return "write a plain number, such as 100"
