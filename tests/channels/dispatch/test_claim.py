"""A partition that may be taken away while requests begin."""

from __future__ import annotations

from channels.dispatch.claim import Claim


def test_nothing_begins_once_it_is_closed() -> None:
    """What had begun is still counted, so that the one who closes can wait for it."""
    claim = Claim(0)
    assert claim.begin()
    claim.closed = True
    assert not claim.begin()
    assert claim.sending == 1
    claim.end()
    assert claim.sending == 0


class ClosedMeanwhile(Claim):
    """The other thread closes it between the two steps of `begin`, and counts then what is under way."""

    __slots__ = ("seen",)

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name == "sending" and value == 1 and not self.closed:
            self.closed = True
            self.seen = self.sending


def test_a_request_is_counted_before_it_looks_whether_it_may_begin() -> None:
    """Whoever closes in between has seen it, and waits; it sees that it is closed, and does not begin."""
    claim = ClosedMeanwhile(0)
    assert not claim.begin()
    assert claim.seen == 1
    assert claim.sending == 0
