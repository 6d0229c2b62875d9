"""Who is held out: counted and recorded, never messaged."""

from __future__ import annotations

from xxhash import xxh3_64_intdigest

BUCKETS = 10_000


def bucket(contact_id: str, salt: str) -> int:
    """Return the contact's bucket, 0 to 9,999; always the same for one salt.

    A contact is held out of a milestone whose share is above the bucket (in hundredths of a percent). So a
    larger share only adds contacts, and the contacts held out of one milestone are those held out of
    another.
    """
    return xxh3_64_intdigest(f"{salt}\n{contact_id}".encode()) % BUCKETS
