"""The values that a `distinct` metric has seen, one row for each: exact, and no more than the new one is written."""

from __future__ import annotations

from struct import Struct

from xxhash import xxh3_128_digest

from stream.engine.rows import Rows

_KEY = Struct(">16sH16s")


class TableMembers:
    """The values of all contacts of a partition in the rows of the table `members`.

    A key is the contact's hash, the metric's number and the value's hash: its size does not hang on what applications
    send, all rows of a contact lie side by side, and with hashes of 128 bits one of 10,000 values is taken for another
    with a chance of 10^-31.
    """

    def __init__(self, rows: Rows[bool]) -> None:
        self._rows = rows

    def add(self, contact_id: str, metric_number: int, value: str) -> bool:
        """Remember a value; True if it is new."""
        key = _KEY.pack(_contact(contact_id.encode()), metric_number, xxh3_128_digest(value.encode()))
        if self._rows.get(key) is not None:
            return False
        self._rows.put(key, True)
        return True

    def remove(self, contact: bytes) -> None:
        """Forget all values of a contact; `contact` is the id in UTF-8, as it is a record's key."""
        for key in self._rows.under(_contact(contact)):
            self._rows.delete(key)


_contact = xxh3_128_digest
"""The first part of a key."""
