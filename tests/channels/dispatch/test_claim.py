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
