"""Whether a refusal is believed that many get. Pure.

Providers refuse a sender in words that no table has yet: `550 please call support`. One recipient at a time each of
them looks like a fault of that recipient or message, and every celebration would be lost without a word. So what
neither code nor words explain is believed of two recipients; said of a third, in the same words and with no message
taken between them, it is about us. Likewise no server is believed that says of very many in a row that they are gone.
"""

from __future__ import annotations

import re

from channels.dispatch.acceptance import Acceptance
from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, Unavailable
from channels.email.address import Mailbox
from channels.email.reply import Reply
from channels.email.stage import Stage
from channels.email.status import CURE, row_of
from channels.email.wording import told

SAME_IN_A_ROW = 3
"""Recipients that are refused in the same vague words, from which on it is us. Real mailboxes that are refused so are
some 1 in 50: three in a row come once in 125,000 messages, and then cost a pause of minutes."""
PAUSE = 300.0
"""Seconds until one message asks whether it is over: the planner's attempts are as far apart."""
CURE_OF_ALL = (
    "the server refuses everybody with the same words: read them, and look at your account there; from then on nothing "
    "is lost, and the first message that it takes ends this"
)
_VARYING = re.compile(r"<address>|\S*\d\S*")
"""What differs between two replies of one meaning: addresses, and whatever holds a digit (queue ids, times)."""


class Doubt:
    """Of one mail server, in one process."""

    def __init__(self) -> None:
        self._acceptance = Acceptance()
        self._said: tuple[Stage, int, str] | None = None
        self._to: set[str] = set()

    def weighed(self, outcome: Outcome, stage: Stage, reply: Reply, recipient: Mailbox) -> Outcome:
        """Return what is to be made of an outcome that this reply had by itself."""
        match outcome:
            case Delivered():
                self._acceptance.taken()
                self._said, self._to = None, set()
            case Gone() if not self._acceptance.believes_dead():
                return _ours(f"so many mailboxes in a row are said to be gone that none is believed: {reply.name}")
            case Rejected() if (row := row_of(stage, reply)) is not None and row.vague:
                return self._vague(outcome, stage, reply, recipient)
        return outcome

    def _vague(self, outcome: Rejected, stage: Stage, reply: Reply, recipient: Mailbox) -> Outcome:
        said = (stage, reply.code, _VARYING.sub("", told(reply.text, recipient)).lower())
        if said != self._said:
            self._said, self._to = said, set()
        if len(self._to) < SAME_IN_A_ROW:
            self._to.add(recipient.spec)
        if len(self._to) < SAME_IN_A_ROW:
            return outcome
        return _ours(f"{reply.name} {outcome.detail}", code=outcome.code)


def _ours(detail: str, code: str = "refusals_doubted") -> Unavailable:
    return Unavailable(
        code=code,
        detail=f"{detail}{CURE}{CURE_OF_ALL}",
        after=PAUSE,
        ours=True,
        at_once=True,
    )
