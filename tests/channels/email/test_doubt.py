"""A refusal in words that nobody knows: a recipient's own, until everybody gets it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from channels.dispatch.acceptance import DEAD_IN_A_ROW
from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, Unavailable
from channels.email.address import mailbox
from channels.email.doubt import SAME_IN_A_ROW, Doubt
from channels.email.reply import Reply
from channels.email.stage import Stage
from channels.email.status import CURE, outcome_of_reply
from channels.testing.mail_server import Answer, MailServer
from channels.testing.mail_server import Stage as At
from tests.channels.email.samples import delivery
from tests.channels.email.test_pause import dispatched

Said = tuple[str, Stage, Reply]
TAKEN = Reply(250, "2.0.0 ok")


def weighed(*said: Said) -> list[Outcome]:
    """What becomes of these replies, in this order; each with the mailbox that it was for."""
    doubt = Doubt()
    return [
        doubt.weighed(outcome_of_reply(stage, reply, mailbox(to)), stage, reply, mailbox(to))
        for to, stage, reply in said
    ]


def to_many(reply: Reply, stage: Stage, most: int = 6) -> list[Said]:
    return [(f"ada{nth}@example.com", stage, reply) for nth in range(most)]


def kinds(outcomes: Sequence[Outcome]) -> list[type[Outcome]]:
    return [type(each) for each in outcomes]


VAGUE = [
    (Stage.RCPT, Reply(550, "please call our support")),
    (Stage.MESSAGE, Reply(550, "please call our support")),
    (Stage.MESSAGE, Reply(554, "5.0.0 transaction failed")),
    (Stage.DATA, Reply(503, "5.5.1 valid RCPT command must precede DATA")),
    (Stage.MESSAGE, Reply(552, "no")),
]


@pytest.mark.parametrize(("stage", "reply"), VAGUE)
def test_the_same_vague_words_to_three_recipients_are_about_us(stage: Stage, reply: Reply) -> None:
    """From the third on everything is kept for later, and one is enough to pause the channel with a loud line."""
    found = weighed(*to_many(reply, stage))
    assert kinds(found) == [Rejected] * (SAME_IN_A_ROW - 1) + [Unavailable] * 4
    doubted = found[-1]
    assert isinstance(doubted, Unavailable)
    assert (doubted.code, doubted.ours, doubted.at_once, doubted.after) == (reply.name, True, True, 300.0)
    assert "look at your account" in doubted.detail.split(CURE)[1]


def test_what_differs_from_reply_to_reply_is_no_difference() -> None:
    """Addresses and queue ids."""
    said = [
        (to, Stage.MESSAGE, Reply(554, f"5.0.0 <{to}> refused, see x{nth}7.example id=9Qz{nth}"))
        for nth, to in enumerate(("ada@example.com", "bob@example.org", "eve@example.net"))
    ]
    assert kinds(weighed(*said)) == [Rejected, Rejected, Unavailable]


def test_one_recipient_may_be_refused_for_ever() -> None:
    """However often: it is theirs, and three times at RCPT let the planner bury it."""
    assert kinds(weighed(*[("ada@example.com", *VAGUE[0])] * 20)) == [Rejected] * 20


def test_a_message_that_is_taken_ends_the_doubt() -> None:
    """And other words begin another one."""
    refused = to_many(VAGUE[0][1], Stage.RCPT, 2)
    taken = ("eve@example.com", Stage.MESSAGE, TAKEN)
    assert kinds(weighed(*refused, taken, *refused, taken, *refused)).count(Rejected) == 6
    other = [("eve@example.com", Stage.RCPT, Reply(550, "another reason"))]
    assert kinds(weighed(*refused, *other, *refused)) == [Rejected] * 5


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        (Stage.RCPT, Reply(550, "5.7.133 sender not authenticated for group")),
        (Stage.RCPT, Reply(550, "mailbox is full")),
        (Stage.MESSAGE, Reply(552, "5.3.4 message too big")),
    ],
)
def test_what_is_explained_is_believed_of_everybody(stage: Stage, reply: Reply) -> None:
    """A quiet installation may meet three closed groups in a row."""
    assert kinds(weighed(*to_many(reply, stage))) == [Rejected] * 6


def test_not_all_mailboxes_of_an_hour_are_gone() -> None:
    """A relay that takes every domain for its own says `user unknown` of everybody."""
    found = weighed(*to_many(Reply(550, "5.1.1 user unknown"), Stage.RCPT, DEAD_IN_A_ROW + 5))
    assert kinds(found) == [Gone] * (DEAD_IN_A_ROW - 1) + [Unavailable] * 6
    again = weighed(("eve@example.com", Stage.MESSAGE, TAKEN), *to_many(Reply(550, "5.1.1 no"), Stage.RCPT, 1))
    assert isinstance(again[0], Delivered)
    assert kinds(again[1:]) == [Gone]


@pytest.mark.parametrize(("at", "reply"), [(At.RCPT, "please call our support"), (At.MESSAGE, "sorry, not today")])
def test_a_provider_that_refuses_everybody_loses_two_messages_at_most(at: At, reply: str) -> None:
    """The others wait, and the log says so at once."""

    async def story() -> None:
        async with MailServer() as server:
            server.keep_answering(at, Answer(550, reply))
            with capture_logs() as logs:
                receipts, paused = await dispatched(server, [delivery(n, f"ada{n}@example.com") for n in range(20)])
            assert [each.outcome for each in receipts].count("rejected") == SAME_IN_A_ROW - 1
            assert [each.outcome for each in receipts].count("deferred") == 20 - (SAME_IN_A_ROW - 1)
            assert paused == 1
            [loud] = [each for each in logs if each["event"] == "provider_refuses_us"]
            assert reply in loud["detail"]

    asyncio.run(story())
