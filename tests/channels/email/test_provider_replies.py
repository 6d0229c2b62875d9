"""Each row of what providers answer, in a conversation with the local mail server."""

from __future__ import annotations

import asyncio

import pytest

from channels.dispatch.outcome import Gone, Outcome, Rejected, RetryLater, Unavailable
from channels.email.meaning import AT_ONCE, CURES, Meaning
from channels.email.reply import Reply
from channels.email.row import Row
from channels.email.stage import Stage
from channels.email.status import CURE, meaning_of
from channels.email.table import ROWS
from channels.testing.mail_server import Answer, MailServer, Tls
from channels.testing.mail_server import Stage as At
from tests.channels.email.provider_replies import REPLIES, ProviderReply
from tests.channels.email.samples import one

KINDS: dict[Meaning, type[Outcome] | tuple[type[Outcome], ...]] = {
    Meaning.GONE: Gone,
    Meaning.RECIPIENT_REFUSED: Rejected,
    Meaning.MAILBOX_FULL: Rejected,
    Meaning.TOO_LARGE: Rejected,
    Meaning.MESSAGE: Rejected,
    Meaning.RECIPIENT_LATER: RetryLater,
    Meaning.LATER: RetryLater,
    Meaning.FEWER: (RetryLater, Unavailable),
}


async def said(row: ProviderReply) -> Outcome:
    """What a message meets that is answered so."""
    secure = row.at in (At.AUTH, At.STARTTLS)
    server = MailServer(
        Tls.STARTTLS if secure else Tls.NONE, credentials=("ada", "secret") if row.at is At.AUTH else None
    )
    async with server:
        server.keep_answering(row.at, Answer(row.code, row.text))
        login = {"smtp_user": "ada", "smtp_password": "secret"} if row.at is At.AUTH else {}
        found = await one(server, smtp_tls="starttls" if secure else "none", **login)
        assert server.messages == []
    return found


@pytest.mark.parametrize("row", REPLIES, ids=lambda row: f"{row.provider}: {row.at.name} {row.code} {row.text[:40]}")
def test_what_a_provider_says(row: ProviderReply) -> None:
    """The recipient's is theirs alone, the sender's is for later, and only limits and accounts pause at once."""
    assert meaning_of(Stage[row.at.name], Reply(row.code, row.text)) is row.meaning
    found = asyncio.run(said(row))
    assert isinstance(found, KINDS.get(row.meaning, Unavailable))
    assert getattr(found, "fewer", False) == (row.meaning is Meaning.FEWER)
    assert getattr(found, "of_place", False) == (row.meaning is Meaning.RECIPIENT_REFUSED)
    if isinstance(found, Unavailable):
        assert found.ours == (row.meaning in CURES)
        assert found.at_once == (row.meaning in AT_ONCE)
        assert (CURE in found.detail) == found.ours
        assert not found.unknown


def test_a_daily_quota_pauses_for_an_hour() -> None:
    """Nothing is lost: it is for later, and the cure speaks of the limit."""
    [row] = [each for each in REPLIES if each.text.startswith("5.4.5 Daily user")]
    found = asyncio.run(said(row))
    assert isinstance(found, Unavailable)
    assert (found.after, found.at_once, found.doubtful) == (3600.0, True, False)
    assert "limit" in found.detail.split(CURE)[1]


@pytest.mark.parametrize(
    ("text", "cure"),
    [("5.7.0 Must issue a STARTTLS command first", "email.smtp_tls"), ("5.7.0 Authentication Required", "smtp_user")],
)
def test_530_has_two_cures(text: str, cure: str) -> None:
    """A missing STARTTLS is no wrong password."""
    found = asyncio.run(said(ProviderReply("any", At.MAIL, 530, text, Meaning.TLS)))
    assert isinstance(found, Unavailable)
    assert cure in found.detail.split(CURE)[1]


def test_a_login_by_oauth_alone_has_its_own_cure() -> None:
    """Before a password was given away."""

    async def story() -> None:
        async with MailServer(Tls.STARTTLS, ("ada", "secret"), logins_offered="XOAUTH2 OAUTHBEARER") as server:
            found = await one(server, smtp_tls="starttls", smtp_user="ada", smtp_password="secret")
            assert isinstance(found, Unavailable)
            assert (found.code, found.ours, server.logins) == ("login_by_oauth_only", True, [])
            assert "application password" in found.detail.split(CURE)[1]

    asyncio.run(story())


def test_every_row_has_a_source_and_every_meaning_a_row() -> None:
    """And a refusal always has a meaning."""
    assert all(row.source for row in ROWS)
    assert {row.meaning for row in ROWS} == set(Meaning)
    assert {each.meaning for each in REPLIES} == set(Meaning)


@pytest.mark.parametrize("text", ["5.7", "7.1", "9.1.1", "5.1.x"])
def test_a_status_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no enhanced status"):
        Row(meaning=Meaning.LATER, source="here", statuses=(text,))
