"""Exact arithmetic on amounts: ints stay ints, decimals never round."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal

from schemas.rejection import Rejection
from stream.core.progress import Amount

# The door bounds an amount to 19 digits and 36 places, so 2^63 of them need less than 80 digits. Inexact is
# a trap: it cannot happen, and if it did, a wrong number must not pass for a right one.
_EXACT = decimal.Context(prec=96, traps=[decimal.Inexact, decimal.InvalidOperation, decimal.Overflow])
_sum: Callable[[Amount, Amount], Decimal] = _EXACT.add
_difference: Callable[[Amount, Amount], Decimal] = _EXACT.subtract
_product: Callable[[Amount, Amount], Decimal] = _EXACT.multiply


def add_exactly(total: Amount, amount: Amount) -> Amount:
    """Return the exact sum, as an int whenever it is whole."""
    if total.__class__ is int and amount.__class__ is int:
        return total + amount
    return _tidy(_sum(total, amount))


def exact_gap(upper: Amount, lower: Amount) -> Amount:
    """Return the exact difference, as an int whenever it is whole."""
    if upper.__class__ is int and lower.__class__ is int:
        return upper - lower
    return _tidy(_difference(upper, lower))


def exact_share(amount: Amount, basis_points: int) -> Amount:
    """Return so many hundredths of a percent of the amount, exactly, as an int whenever it is whole."""
    return _tidy(_product(amount, Decimal(basis_points).scaleb(-4)))


def _tidy(exact: Decimal) -> Amount:
    whole = int(exact)
    return whole if whole == exact else exact


def no_amount(found: object, name: str, reads: str) -> Rejection:
    """Return why a metric that ``reads`` the property ``name`` of an event cannot take ``found``, which it holds.

    A property that is not there (or null) and one that is not a number are rejections, not zeros: an event
    that silently counted for nothing could not be explained, and a dead letter can be replayed once the rules
    or the producer are mended.
    """
    if found is None:
        message = f"a metric {reads} the property '{name}', and the event has none"
        return Rejection("field_missing", message, pointer(name))
    kind = _NAMES.get(type(found), "not a number")
    return Rejection("wrong_type", f"a metric {reads} the property '{name}', and it is {kind}", pointer(name))


def pointer(name: str) -> str:
    """Return the JSON pointer (RFC 6901) of a property."""
    return "/properties/" + name.replace("~", "~0").replace("/", "~1")


_NAMES = {str: "text", bool: "a boolean", dict: "an object", list: "an array"}
