"""Every row of the table of replies."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable
from channels.email.address import mailbox
from channels.email.reply import Reply
from channels.email.stage import Stage
from channels.email.status import CURE, outcome_of_reply
from channels.email.wording import queue_id, wait_asked

ADA = mailbox("ada.lovelace@example.com")
BEFORE = [Stage.CONNECT, Stage.EHLO, Stage.STARTTLS, Stage.AUTH, Stage.MAIL]
AFTER = [Stage.RCPT, Stage.DATA, Stage.MESSAGE]


def outcome(stage: Stage, code: int, text: str = "") -> Outcome:
    return outcome_of_reply(stage, Reply(code, text), ADA)


def ours(found: Outcome) -> bool:
    return isinstance(found, Unavailable) and found.ours and CURE in found.detail


def test_250_after_the_final_dot_is_delivered() -> None:
    """The one acceptance; what the server calls the message is kept."""
    found = outcome(Stage.MESSAGE, 250, "2.0.0 Ok: queued as 4WzYx21Abc")
    assert found == Delivered(code="250 2.0.0", provider_id="4WzYx21Abc")


@pytest.mark.parametrize("stage", Stage)
def test_421_is_the_servers_end(stage: Stage) -> None:
    """RFC 5321 section 3.8: the server closes, wherever it says so. Nothing was taken, so nothing is unknown."""
    found = outcome(stage, 421, "4.3.2 closing")
    assert found == Unavailable(code="421 4.3.2", detail="4.3.2 closing", fewer=True)
    assert outcome(stage, 421, "4.3.0 closing") == Unavailable(code="421 4.3.0", detail="4.3.0 closing")


@pytest.mark.parametrize("stage", BEFORE)
@pytest.mark.parametrize("code", [450, 451, 452])
def test_not_now_before_the_recipient_is_about_everybody(stage: Stage, code: int) -> None:
    """No message gets further than this one."""
    assert outcome(stage, code, "4.3.1 later") == Unavailable(code=f"{code} 4.3.1", detail="4.3.1 later")


@pytest.mark.parametrize("stage", AFTER)
@pytest.mark.parametrize("code", [450, 451, 452, 471])
def test_not_now_after_it_is_about_this_message(stage: Stage, code: int) -> None:
    """A full or greylisted mailbox does not count against the server; a full one does not empty in seconds."""
    assert outcome(stage, code, "4.2.0 busy") == RetryLater(code=f"{code} 4.2.0", detail="4.2.0 busy")
    assert outcome(stage, code, "4.2.2 full") == RetryLater(code=f"{code} 4.2.2", detail="4.2.2 full", after=900.0)


def test_a_greylist_says_how_long() -> None:
    """What it asks for is passed on."""
    found = outcome(Stage.RCPT, 450, "4.2.0 Greylisted, try again in 300 seconds")
    assert isinstance(found, RetryLater)
    assert found.after == 300.0


@pytest.mark.parametrize("code", [550, 551, 553, 554])
@pytest.mark.parametrize("status", ["5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
def test_5_1_x_at_rcpt_is_gone(code: int, status: str) -> None:
    """Subject 1 of RFC 3463 is the address of the recipient."""
    assert outcome(Stage.RCPT, code, f"{status} no") == Gone(code=f"{code} {status}", detail=f"{status} no")


@pytest.mark.parametrize("status", ["5.1.7", "5.1.8"])
@pytest.mark.parametrize("stage", [Stage.MAIL, *AFTER])
def test_5_1_7_and_5_1_8_are_the_senders(stage: Stage, status: str) -> None:
    """They stand in the same subject, and must silence nobody."""
    found = outcome(stage, 550, f"{status} sender")
    assert ours(found)
    assert isinstance(found, Unavailable)
    assert "email.sender" in found.detail


def test_no_such_mailbox_can_be_said_after_the_message_too() -> None:
    """A message has one recipient, so it is the same mailbox; an address status that says nothing is not enough."""
    assert isinstance(outcome(Stage.MESSAGE, 550, "5.1.1 unknown"), Gone)
    assert isinstance(outcome(Stage.MESSAGE, 550, "5.1.0 no"), Rejected)


@pytest.mark.parametrize("stage", [Stage.MAIL, *AFTER])
@pytest.mark.parametrize(
    ("code", "text"), [(552, ""), (552, "5.2.2 full"), (550, "5.2.2 full"), (552, "5.3.4 too big"), (554, "5.3.4 big")]
)
def test_too_full_and_too_large_are_rejected(stage: Stage, code: int, text: str) -> None:
    """Final for this message, and no word about the place."""
    assert isinstance(outcome(stage, code, text), Rejected)


@pytest.mark.parametrize("stage", AFTER)
@pytest.mark.parametrize("text", ["5.7.1 relay", "5.7.26 unauthenticated mail", "5.7.0 policy"])
@pytest.mark.parametrize("code", [550, 554, 571])
def test_5_7_x_is_ours(stage: Stage, code: int, text: str) -> None:
    """Reputation and authentication of the sender: no repeat helps, and no contact is to blame."""
    assert ours(outcome(stage, code, text))


@pytest.mark.parametrize("stage", [Stage.AUTH, Stage.MAIL, *AFTER])
@pytest.mark.parametrize("code", [530, 534, 535, 538])
def test_a_login_that_fails_is_ours(stage: Stage, code: int) -> None:
    """RFC 4954 section 6."""
    found = outcome(stage, code, "no")
    assert ours(found)
    assert isinstance(found, Unavailable)
    assert "email.smtp_user" in found.detail


@pytest.mark.parametrize("stage", Stage)
def test_432_means_fewer_at_once(stage: Stage) -> None:
    """Exchange Online says it of connections; only with 4.7.12 is it the password that RFC 4954 means."""
    found = outcome(stage, 432, "4.3.2 Concurrent connections limit exceeded")
    assert isinstance(found, Unavailable | RetryLater)
    assert (found.fewer, ours(found)) == (True, False)
    assert ours(outcome(stage, 432, "4.7.12 A password transition is needed"))


def test_a_login_that_cannot_be_looked_at_now_is_not() -> None:
    """454 of RFC 4954 section 6; after the login it is Postfix without one."""
    assert outcome(Stage.AUTH, 454, "4.7.0 later") == Unavailable(code="454 4.7.0", detail="4.7.0 later")
    assert ours(outcome(Stage.RCPT, 454, "4.7.1 Relay access denied"))


@pytest.mark.parametrize("stage", BEFORE)
@pytest.mark.parametrize(
    ("code", "text"),
    [(500, ""), (501, "5.5.4 syntax"), (502, ""), (503, ""), (504, ""), (550, ""), (554, "5.7.1 blocked"), (555, "")],
)
def test_a_refusal_before_the_recipient_is_ours(stage: Stage, code: int, text: str) -> None:
    """554 in place of a greeting is said to an address; a bad name in EHLO or a sender is a setting."""
    assert ours(outcome(stage, code, text))
    assert ours(outcome(stage, 550, "5.1.1 sender does not exist"))


GONE = [
    (550, "No such user here"),
    (550, "Unrouteable address"),
    (550, "<ada.lovelace@example.com>: Recipient address rejected: User unknown in virtual mailbox table"),
    (550, "Requested action not taken: mailbox unavailable"),
    (550, "5.5.0 Requested action not taken: mailbox unavailable"),
    (550, "sorry, no mailbox here by that name"),
    (553, "sorry, that domain isn't here, invalid recipient"),
    (554, "delivery error: dd This user doesn't have a yahoo.com account"),
]
OURS = [
    (550, "relay not permitted"),
    (550, "authentication required"),
    (550, "Rejected because 192.0.2.1 is in a black list at zen.spamhaus.org"),
    (550, "SC-001 Mail rejected for policy reasons"),
    (553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
    (554, "Message refused: it looks like spam"),
    (554, "Relay access denied"),
    (550, "Sender verify failed"),
    (550, "Sender address rejected: Domain not found"),
]
UNCLEAR = [
    (550, ""),
    (550, "Administrative decision"),
    (554, "Transaction failed"),
    (550, "Recipient address rejected: Access denied, user unknown"),
    (551, "User not local; please try <ada@elsewhere.example>"),
    (501, "Bad recipient"),
    (550, "5.2.1 disabled"),
    (550, "5.4.1 no route"),
    (554, "5.6.0 bad content"),
]


@pytest.mark.parametrize(("code", "text"), GONE)
def test_words_for_a_mailbox_that_is_not_there(code: int, text: str) -> None:
    """Replies without an enhanced code, as real servers give them."""
    assert isinstance(outcome(Stage.RCPT, code, text), Gone)


@pytest.mark.parametrize(("code", "text"), OURS)
def test_words_for_who_sends(code: int, text: str) -> None:
    """They must not silence a contact."""
    assert ours(outcome(Stage.RCPT, code, text))


@pytest.mark.parametrize(("code", "text"), UNCLEAR)
def test_words_that_do_not_decide(code: int, text: str) -> None:
    """Neither silences the contact nor stops the channel: this message is lost, and that is all."""
    assert isinstance(outcome(Stage.RCPT, code, text), Rejected)


@pytest.mark.parametrize("code", [-1, 100, 250, 354, 600])
def test_what_is_no_reply_is_a_broken_protocol(code: int) -> None:
    """Before the message nothing was taken; after it nobody knows."""
    assert isinstance(outcome(Stage.RCPT, code), Unavailable)
    found = outcome(Stage.MESSAGE, code)
    assert found == RetryLater(code="protocol_error", detail=f"{code} ", unknown=True) or code == 250


@pytest.mark.parametrize(
    "text",
    [
        "5.1.1 <ada.lovelace@example.com>: unknown",
        "5.1.1 ADA.LOVELACE@EXAMPLE.COM unknown",
        "mailbox ada.lovelace unknown",
        "unknown: ada.lovelace%example.com, ada.lovelace=example.com",
        "rejected for eve@example.org <ada.lovelace+x@example.com>",
        "line\nada.lovelace@example.com\x1b[31m\u2028next",
    ],
)
@pytest.mark.parametrize("code", [421, 450, 550, 552, 535, 600])
def test_no_address_is_kept(text: str, code: int) -> None:
    """Receipts hold no address: not whole, not its mailbox, nobody else's; and no line ends."""
    found = outcome(Stage.RCPT, code, text)
    assert not isinstance(found, Delivered)
    assert "lovelace" not in found.detail.lower()
    assert "eve" not in found.detail
    assert found.detail.isprintable()
    assert len(found.detail) <= 1024


@hypothesis.settings(deadline=None)
@given(stage=st.sampled_from(Stage), code=st.integers(-1, 999), text=st.text(max_size=1200))
def test_every_reply_is_something(stage: Stage, code: int, text: str) -> None:
    """Servers say anything: it is an outcome, short enough for a receipt, and only 2yz to a message is success."""
    found = outcome(stage, code, text)
    assert isinstance(found, Delivered) == (stage is Stage.MESSAGE and 200 <= code < 300)
    assert isinstance(found, Delivered) or len(found.detail) <= 1024
    if isinstance(found, Gone | Rejected):
        assert 500 <= code < 600


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2.0.0 Ok: queued as 4WzYx21Abc", "4WzYx21Abc"),
        ("Ok: queued as <x1>", None),
        ("OK id=1tFxYz-0004Kx-2B", "1tFxYz-0004Kx-2B"),
        ("2.0.0 4AKF1x2c012345 Message accepted for delivery", "4AKF1x2c012345"),
        ("2.0.0 OK  1732567890 af79cd13be357-7b6.12 - gsmtp", "af79cd13be357-7b6.12"),
        ("Ok 0100018f3c8e7a5b-1f2e3d4c-000000", "0100018f3c8e7a5b-1f2e3d4c-000000"),
        ("2.6.0 <x@acme.example> [InternalId=123456, Hostname=A.B] Queued mail for delivery", "123456"),
        ("2.0.0 Ok", None),
        ("", None),
    ],
)
def test_the_queue_id_is_found(text: str, name: str | None) -> None:
    """By which the message is found in the log of the server that took it."""
    assert queue_id(text) == name


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("try again in 5 minutes", 300.0), ("Greylisted for 60 seconds", 60.0), ("later", None), ("in 3 days", None)],
)
def test_waits_are_understood(text: str, seconds: float | None) -> None:
    """Seconds and minutes; anything else is no promise."""
    assert wait_asked(text) == seconds


@pytest.mark.parametrize(
    ("code", "text", "enhanced"),
    [
        (550, "5.1.1 no", (5, 1, 1)),
        (553, "sorry (#5.7.1)", (5, 7, 1)),
        (550, "4.1.1 no", None),
        (550, "10.5.1.1 is blocked", None),
        (550, "5.1.1.1 is an address", None),
        (550, "no 5.1.1", None),
    ],
)
def test_enhanced_codes_stand_where_they_belong(code: int, text: str, enhanced: tuple[int, int, int] | None) -> None:
    """At the beginning (RFC 2034), or as qmail writes them; of the class of the code; and no IP address."""
    assert Reply(code, text).enhanced == enhanced
