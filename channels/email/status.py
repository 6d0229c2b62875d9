"""What a reply means for the message, the place and the channel. Pure.

RFC 5321 section 4.2.3 gives the codes, RFC 3463 the enhanced ones, RFC 4954 section 6 those of a login. Where they
leave it open, what servers do decides:

- A 5yz before RCPT was said without looking at the recipient: the settings, the sender or our network is refused.
  Likewise 554 in place of a greeting: postscreen, IronPort and others say so to addresses of bad reputation.
- 550, 551, 553 and 554 without an enhanced code (or with one that says nothing) mean anything: `No such user`,
  `relay not permitted`, `rejected as spam`. A wrong `Gone` silences a contact for good, three wrong `ours` in a row
  pause the channel, `Rejected` costs this message; so words decide where they are plain, and else it is `Rejected`.
- 454 at RCPT is Postfix without a login (`Relay access denied`): it looks like a wait, and never ends.
- After RCPT a reply can still speak of the recipient, for a message has one.
"""

from __future__ import annotations

from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable
from channels.email.address import Mailbox
from channels.email.reply import Reply
from channels.email.stage import Stage
from channels.email.wording import NO_MAILBOX, POLICY, queue_id, told, wait_asked

CURE = " -> "
"""Parts what happened from what cures it, in the detail of an `Unavailable` that is ours."""

_CLOSING = 421
_LOGIN = frozenset({432, 530, 534, 535, 538})
_TOO_LARGE = frozenset({(5, 2, 3), (5, 3, 4)})
_NO_SENDER = frozenset({(5, 1, 7), (5, 1, 8)})
"""Subject 1 is the recipient's address in all but these two, which are the sender's."""
_NO_RECIPIENT = frozenset({(5, 1, 1), (5, 1, 2), (5, 1, 3), (5, 1, 6), (5, 1, 10)})
_NOTHING_SAID = frozenset({None, (5, 0, 0), (5, 1, 0), (5, 5, 0)})


def outcome_of_reply(stage: Stage, reply: Reply, recipient: Mailbox | None = None) -> Outcome:
    """Return what a reply means that ended the conversation at `stage`; only at MESSAGE can it be an acceptance."""
    if stage is Stage.MESSAGE and reply.kind == 2:
        return Delivered(code=reply.name, provider_id=queue_id(reply.text))
    detail = told(reply.text, recipient)
    if reply.code == _CLOSING:
        return Unavailable(code=reply.name, detail=detail)
    if reply.kind == 4:
        return _not_now(stage, reply, detail)
    if reply.kind == 5:
        return _refused(stage, reply, detail)
    if stage is Stage.MESSAGE:
        return RetryLater(code="protocol_error", detail=f"{reply.name} {detail}", unknown=True)
    return Unavailable(code="protocol_error", detail=f"{reply.name} {detail} to {stage.value}")


def _not_now(stage: Stage, reply: Reply, detail: str) -> Outcome:
    if reply.code in _LOGIN or (reply.code == 454 and stage is Stage.RCPT):
        return _ours(stage, reply, detail)
    if stage.before_recipient:
        return Unavailable(code=reply.name, detail=detail)
    return RetryLater(code=reply.name, detail=detail, after=wait_asked(reply.text))


def _refused(stage: Stage, reply: Reply, detail: str) -> Outcome:
    status = reply.enhanced
    if reply.code == 552 or status == (5, 2, 2) or status in _TOO_LARGE:
        return Rejected(code=reply.name, detail=detail)
    if stage.before_recipient or reply.code in _LOGIN or status in _NO_SENDER:
        return _ours(stage, reply, detail)
    if status in _NO_RECIPIENT:
        return Gone(code=reply.name, detail=detail)
    if status is not None and status[1] == 7:
        return _ours(stage, reply, detail)
    if status in _NOTHING_SAID and reply.code in (550, 551, 553, 554):
        return _by_words(stage, reply, detail)
    if stage is Stage.RCPT and status is not None and status[1] == 1:
        return Gone(code=reply.name, detail=detail)
    return Rejected(code=reply.name, detail=detail)


def _by_words(stage: Stage, reply: Reply, detail: str) -> Outcome:
    no_mailbox, policy = NO_MAILBOX.search(reply.text) is not None, POLICY.search(reply.text) is not None
    if policy and not no_mailbox:
        return _ours(stage, reply, detail)
    named = stage is Stage.RCPT and reply.enhanced == (5, 1, 0)
    if not policy and (named or no_mailbox):
        return Gone(code=reply.name, detail=detail)
    return Rejected(code=reply.name, detail=detail)


def _ours(stage: Stage, reply: Reply, detail: str) -> Outcome:
    return Unavailable(code=reply.name, detail=f"{detail}{CURE}{_cure(stage, reply)}", ours=True)


def _cure(stage: Stage, reply: Reply) -> str:
    if reply.code in _LOGIN or reply.code == 454 or stage is Stage.AUTH:
        return "see that email.smtp_user and email.smtp_password are the login that this mail server wants"
    if stage is Stage.STARTTLS:
        return "the server offers STARTTLS and refuses it: mend the server, or set email.smtp_tls = implicit (port 465)"
    if stage in (Stage.CONNECT, Stage.EHLO):
        return "the server lets this machine not in: use your provider's submission server, or have its address allowed"
    if stage is Stage.MAIL or reply.enhanced in _NO_SENDER:
        return "set email.sender to an address that this login may send from, of a domain with SPF, DKIM and DMARC"
    return (
        "the server refuses what we send, for its policy: look at SPF, DKIM, DMARC, reputation and limits of the sender"
    )
