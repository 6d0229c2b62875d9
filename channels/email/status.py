"""What a reply means for the message, the place and the channel. Pure.

`table` says what a refusal means, `meaning` what follows:

- What is the recipient's is theirs alone: `Gone`, `Rejected`, `RetryLater`. The channel goes on.
- What is the sender's or the relay's is for later and loses nothing: `Unavailable`, ours where somebody must mend it.
  Limits and accounts pause the channel at the first word (`at_once`). What may be one mailbox's own rule is `doubtful`
  once the recipient was named: three different contacts in a row show that it is about us.
- A message refused for its content (spam) is treated as the sender's, not as that message's own: our messages are all
  alike, so what is refused once is refused for everybody, and `Rejected` would lose them one by one without a word.
- What neither code nor words explain is believed of two recipients, and of a third in a row no more: `doubt`.
- Fewer at once (432, 4.3.2, too many connections) makes the dispatcher hand over less in parallel.
"""

from __future__ import annotations

from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable
from channels.email.address import Mailbox
from channels.email.meaning import AT_ONCE, CURES, OF_ONE_RECIPIENT_PERHAPS, PAUSES, Meaning
from channels.email.reply import Reply
from channels.email.row import Row
from channels.email.stage import Stage
from channels.email.table import ROWS
from channels.email.wording import queue_id, told, wait_asked

CURE = " -> "
"""Parts what happened from what cures it, in the detail of an `Unavailable` that is ours."""


def row_of(stage: Stage, reply: Reply) -> Row | None:
    """Return the row of a 4yz or 5yz that ended the conversation at `stage`; None for any other reply."""
    words = reply.words
    return next((row for row in ROWS if row.holds(stage, reply, words)), None)


def meaning_of(stage: Stage, reply: Reply) -> Meaning | None:
    """Return what a 4yz or 5yz means that ended the conversation at `stage`; None for any other reply."""
    row = row_of(stage, reply)
    return None if row is None else row.meaning


def outcome_of_reply(stage: Stage, reply: Reply, recipient: Mailbox | None = None) -> Outcome:
    """Return what follows from a reply that ended the conversation at `stage`; only at MESSAGE is it an acceptance."""
    if stage is Stage.MESSAGE and reply.kind == 2:
        return Delivered(code=reply.name, provider_id=queue_id(reply.text))
    detail = told(reply.text, recipient)
    meaning = meaning_of(stage, reply)
    if meaning is not None:
        return _outcome(meaning, stage, reply, detail)
    if stage is Stage.MESSAGE:
        return RetryLater(code="protocol_error", detail=f"{reply.name} {detail}", unknown=True)
    return Unavailable(code="protocol_error", detail=f"{reply.name} {detail} to {stage.value}")


def _outcome(meaning: Meaning, stage: Stage, reply: Reply, detail: str) -> Outcome:
    after = wait_asked(reply.words) or PAUSES.get(meaning)
    match meaning:
        case Meaning.GONE:
            return Gone(code=reply.name, detail=detail)
        case Meaning.RECIPIENT_REFUSED:
            return Rejected(code=reply.name, detail=detail, of_place=True)
        case Meaning.MAILBOX_FULL | Meaning.TOO_LARGE | Meaning.MESSAGE:
            return Rejected(code=reply.name, detail=detail)
        case Meaning.LATER | Meaning.RECIPIENT_LATER:
            return RetryLater(code=reply.name, detail=detail, after=after)
        case Meaning.BUSY:
            return Unavailable(code=reply.name, detail=detail)
        case Meaning.FEWER if reply.code == 421 or stage.before_recipient:
            return Unavailable(code=reply.name, detail=detail, fewer=True)
        case Meaning.FEWER:
            return RetryLater(code=reply.name, detail=detail, after=wait_asked(reply.words), fewer=True)
    return Unavailable(
        code=reply.name,
        detail=f"{detail}{CURE}{CURES[meaning]}",
        after=after,
        ours=True,
        at_once=meaning in AT_ONCE,
        doubtful=meaning in OF_ONE_RECIPIENT_PERHAPS and not stage.before_recipient,
    )
