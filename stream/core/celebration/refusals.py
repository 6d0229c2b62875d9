"""A place that is refused again and again, with no word that it is gone: after the third message it is as good as gone.

Mail servers that give no enhanced status (RFC 3463) say 550 for a mailbox that is not there and for much else, so one
such refusal buries nobody. A dispatcher sees one message at a time; the planner counts what its receipts say, once for
each delivery, and what it counts survives as its row does.
"""

from __future__ import annotations

from schemas.contact_change import ContactChange
from schemas.moment import parse_rfc3339
from schemas.receipt import Receipt
from stream.core.celebration.person import PersonRow

MOST_REFUSALS = 3
"""Refused messages in a row that bury a place."""
MOST_PLACES = 8
"""Places that are counted of a contact, 75 B each; the one refused last stays."""


def count_refusal(row: PersonRow, receipt: Receipt) -> ContactChange | None:
    """Count a final receipt, in place, and return the bounce that follows; it is merged into the standing already.

    A message of the channel that was sent ends the row of refusals.
    """
    if receipt.channel != "email":
        return None
    if receipt.outcome == "sent":
        row.refusals = {}
        return None
    digest = receipt.refused_place
    if receipt.outcome != "rejected" or digest is None:
        return None
    counts = {each: count for each, count in row.refusals.items() if each != digest}
    counts[digest] = row.refusals.get(digest, 0) + 1
    row.refusals = dict(list(counts.items())[-MOST_PLACES:])
    if counts[digest] < MOST_REFUSALS:
        return None
    del row.refusals[digest]
    bounce = ContactChange(
        contact_id=receipt.contact_id,
        change="hard_bounce",
        at=parse_rfc3339(receipt.at),
        digest=digest,
        reason=f"{receipt.provider or 'the mail server'} refused it {MOST_REFUSALS} times in a row: {receipt.code}",
    )
    row.standing.take(bounce)
    return bounce
