"""Whether deliveries were lost or doubled: released ones against requests and receipts. Pure, so it can be tried."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def faults(
    released: Collection[str],
    requests: Mapping[str, int],
    finals: Mapping[str, int],
    may_repeat: Collection[str] = (),
) -> list[str]:
    """Return one line for each fault; all arguments go by the id of the delivery.

    A delivery has one final receipt and was sent once. One that was in flight when a worker was killed `may_repeat`:
    it is sent twice at most, and has two receipts at most, under one id.
    """
    found = []
    for each in released:
        most = 2 if each in may_repeat else 1
        if not requests.get(each):
            found.append(f"{each} was never sent")
        if not finals.get(each):
            found.append(f"{each} is lost: it has no final receipt")
        if requests.get(each, 0) > most:
            found.append(f"{each} was sent {requests[each]} times")
        if finals.get(each, 0) > most:
            found.append(f"{each} has {finals[each]} final receipts")
    strange = (requests.keys() | finals.keys()) - set(released)
    return [*found, *(f"{each} was never released" for each in sorted(strange))]
