"""Settings that cannot work are refused before the first message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from channels.email.account import EmailSettingsError, account_of
from channels.email.sender import make_sender
from stream.runtime.exits import Exit
from stream.runtime.settings import Settings
from tests.channels.email.samples import FixedRenderer, settings


def test_settings_that_can_work() -> None:
    """They become a server, a letterhead and bounds."""
    account = account_of(settings(smtp_tls="starttls", sender="hello@bücher.example", sender_name="Ada"))
    assert account.server.context is not None
    assert account.letterhead.sender.spec == "hello@xn--bcher-kva.example"
    assert (account.letterhead.name, account.letterhead.reply_to) == ("Ada", None)
    assert account.attempt_timeout == 20.0


def test_defaults_cannot_work() -> None:
    """Nobody has said yet in whose name: both are named at once, with the exit code for settings."""
    with pytest.raises(EmailSettingsError) as refused:
        make_sender(Settings(), FixedRenderer())
    assert refused.value.exit == Exit.USAGE
    assert "email.sender is empty" in refused.value.what
    assert "email.postal_address is empty" in refused.value.what


@pytest.mark.parametrize(
    ("changes", "said", "fix"),
    [
        ({"sender": ""}, "email.sender is empty", "hello@example.com"),
        ({"sender": "Acme <hello@acme.example>"}, "email.sender is no address", "email.sender"),
        ({"sender": "hello@acme.example\r\nBcc: eve@example.com"}, "email.sender is no address", "email.sender"),
        ({"sender": "jörg@acme.example"}, "beyond ASCII", "email.sender"),
        ({"reply_to": "nobody"}, "email.reply_to is no address", "email.reply_to"),
        ({"reply_to": "a@acme.example, b@acme.example"}, "email.reply_to is no address", "email.reply_to"),
        ({"sender_name": "A\nBcc: eve@example.com"}, "email.sender_name", "plain text"),
        ({"sender_name": "=?utf-8?q?x?="}, "email.sender_name", "plain text"),
        ({"postal_address": " \n"}, "email.postal_address is empty", "email.postal_address"),
        ({"smtp_host": "smtp.acme.example\r\n"}, "no host name", "smtp.example.com"),
        ({"smtp_tls": "starttls", "smtp_user": "u"}, "email.smtp_user has no password", "SMTP_PASSWORD"),
        ({"smtp_tls": "starttls", "smtp_password": "canary"}, "email.smtp_password has no user", "email.smtp_user"),
        ({"smtp_user": "u", "smtp_password": "canary"}, "in clear", "email.smtp_tls"),
        ({"smtp_tls": "implicit", "smtp_ca_file": Path("/nowhere/ca.pem")}, "/nowhere/ca.pem", "PEM"),
        ({"smtp_tls": "implicit", "smtp_ca_file": Path(__file__)}, "test_account.py", "PEM"),
    ],
)
def test_each_mistake_has_its_cure(changes: dict[str, Any], said: str, fix: str) -> None:
    """What is wrong, where, and what to do; no password among it."""
    with pytest.raises(EmailSettingsError) as refused:
        account_of(settings(**changes))
    error = refused.value
    assert said in error.what
    assert fix in (error.fix or "")
    assert "cairn.toml" in (error.where or "")
    assert "canary" not in str(error)


def test_every_mistake_is_said_at_once() -> None:
    """Nobody should start five times to hear of five."""
    with pytest.raises(EmailSettingsError) as refused:
        account_of(settings(sender="x", reply_to="y", postal_address="", smtp_user="u"))
    assert refused.value.what.count(";") == 4


def test_the_password_is_in_no_repr() -> None:
    """Settings and what is made of them may be printed by a traceback."""
    account = account_of(settings(smtp_tls="implicit", smtp_user="u", smtp_password="canary"))
    assert "canary" not in repr(account)
