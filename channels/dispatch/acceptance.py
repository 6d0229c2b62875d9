"""Whether a provider has taken messages with our credentials, and whether to believe it that places are no more. Pure.

With a wrong key, or the account of another project, every place is answered as if it were dead or somebody else's, and
an hour of that would bury all of them for good. So nothing of the kind is believed of a place before the provider has
taken a message with these credentials, nor of many places in a row without one that was taken between them.
"""

from __future__ import annotations

FOREIGN_IN_A_ROW = 3
"""Places in a row that are said to be somebody else's, from which on it is our credentials that are. Where one in
twenty is, as after an app has moved, three in a row come once in 8,000: those are only tried again later."""
DEAD_IN_A_ROW = 100
"""Places in a row that are said to be dead, from which on that is doubted too. Even where nine of ten are, as among
devices that were kept for years, so many in a row come once in 40,000."""


class Acceptance:
    """Of one set of credentials at one provider, in one process."""

    def __init__(self) -> None:
        self.proven = False
        """Whether a message was taken."""
        self._in_a_row = 0

    def taken(self) -> None:
        """A message was taken: the credentials are good."""
        self.proven, self._in_a_row = True, 0

    def believes_foreign(self) -> bool:
        """Count a place that is said to belong to other credentials; whether it does, or ours are the wrong ones."""
        self._in_a_row += 1
        return self.proven and self._in_a_row < FOREIGN_IN_A_ROW

    def believes_dead(self) -> bool:
        """Count a place that is said to be no more; whether it is believed."""
        self._in_a_row += 1
        return self._in_a_row < DEAD_IN_A_ROW
