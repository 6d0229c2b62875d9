"""A partition as one worker holds it, from its assignment until it is taken away."""

from __future__ import annotations


class Claim:
    """Shared by the loop that sends and the thread that speaks to Kafka; each field has one writer.

    The loop counts a request before it looks whether the claim is closed, the thread closes before it looks whether
    requests are counted. So none begins unseen after the partition went.
    """

    __slots__ = ("closed", "known_end", "partition", "sending")

    def __init__(self, partition: int) -> None:
        self.partition = partition
        self.closed = False
        """No request begins any more; the thread writes it."""
        self.known_end: tuple[int, float] | None = None
        """An offset at which nothing lay, nor behind it, at a time (s) of the steady clock; the thread writes it."""
        self.sending = 0
        """Requests under way; the loop writes it, after what they brought was handed over."""

    def written_within(self, offset: int, now: float) -> float | None:
        """Return the seconds within which the record at `offset` was written; None: nobody knows."""
        end = self.known_end
        return None if end is None or offset < end[0] else now - end[1]

    def begin(self) -> bool:
        """Count a request that begins now; False when it must not."""
        self.sending += 1
        if self.closed:
            self.sending -= 1
            return False
        return True

    def end(self) -> None:
        """A request ended, and what it brought was handed over."""
        self.sending -= 1
