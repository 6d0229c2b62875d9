"""What the doctor says of the mail server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from channels.testing.mail_server import Answer, Drop, MailServer, Stage, Tls
from deploy.cli.doctor.check import Check, Mark
from deploy.cli.doctor.smtp import smtp
from stream.runtime.settings import Settings
from tests.channels.email.samples import SENDER, settings

Cairn = Callable[..., Any]
LOGIN = ("cairn", "secret-canary")


def checked(server: MailServer, **email: Any) -> Check:
    sound = {"smtp_tls": "starttls", "smtp_ca_file": server.ca_file, "smtp_user": LOGIN[0], "smtp_password": LOGIN[1]}
    return smtp(settings(**{"smtp_host": server.host, "smtp_port": server.port, **sound, **email}))


def test_without_a_sender_there_is_nothing_to_look_at() -> None:
    """Who sends no email has no failure: the check is skipped, and says what would turn it on."""
    check = smtp(Settings())
    assert (check.mark, "email.sender" in check.finding) == (Mark.SKIP, True)


def test_a_server_that_would_take_mail() -> None:
    """It goes as far as a message would, by TLS and login, and sends none."""
    with MailServer(Tls.STARTTLS, LOGIN) as server:
        check = checked(server)
        assert check.mark is Mark.OK
        assert f"{server.host}:{server.port} takes mail from {SENDER}: TLSv1.3, logged in" in check.finding
        assert (server.messages, server.logins, server.connections) == ([], [LOGIN], 1)


@pytest.mark.parametrize(
    ("stage", "answer", "found", "cure"),
    [
        (Stage.CONNECT, Answer(554, "5.7.1 go away"), "5.7.1 go away (554 5.7.1)", "this machine"),
        (Stage.CONNECT, Answer(421, "4.3.2 busy"), "4.3.2 busy (421 4.3.2)", "runs"),
        (Stage.AUTH, Answer(535, "5.7.8 no"), "5.7.8 no (535 5.7.8)", "email.smtp_password"),
        (Stage.MAIL, Answer(550, "5.1.8 no"), "5.1.8 no (550 5.1.8)", "email.sender"),
        (Stage.MAIL, Answer(421, "4.3.2 busy"), "4.3.2 busy (421 4.3.2)", "runs"),
        (Stage.MAIL, Answer(drop=Drop.BEFORE), "the connection was lost at MAIL (connection_lost)", "runs"),
    ],
)
def test_a_server_that_would_not(stage: Stage, answer: Answer, found: str, cure: str) -> None:
    """What it said, and what cures it; the password is in neither."""
    with MailServer(Tls.STARTTLS, LOGIN) as server:
        server.keep_answering(stage, answer)
        check = checked(server)
    assert check.mark is Mark.FAIL
    assert check.finding == f"{server.host}:{server.port} takes no mail: {found}"
    assert cure in (check.cure or "")
    assert "canary" not in repr(check)


def test_a_certificate_that_nobody_signed_whom_we_trust() -> None:
    """The cure names the setting."""
    with MailServer(Tls.STARTTLS, LOGIN) as server:
        check = checked(server, smtp_ca_file=None)
    assert (check.mark, "certificate" in check.finding) == (Mark.FAIL, True)
    assert "email.smtp_ca_file" in (check.cure or "")


def test_settings_that_cannot_work_are_not_tried() -> None:
    """They are said as the dispatcher would say them."""
    with MailServer() as server:
        check = checked(server, postal_address="")
        assert server.connections == 0
    assert (check.mark, "email.postal_address is empty" in check.finding) == (Mark.FAIL, True)


def test_it_is_among_the_checks(cairn: Cairn, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs no Kafka, and a table that fits a terminal."""
    with MailServer() as server:
        monkeypatch.setenv("CAIRN_EMAIL_SENDER", SENDER)
        monkeypatch.setenv("CAIRN_EMAIL_POSTAL_ADDRESS", "1 Main Street")
        monkeypatch.setenv("CAIRN_EMAIL_SMTP_TLS", "none")
        monkeypatch.setenv("CAIRN_EMAIL_SMTP_HOST", server.host)
        monkeypatch.setenv("CAIRN_EMAIL_SMTP_PORT", str(server.port))
        outcome = cairn("doctor", "--bootstrap", "127.0.0.1:1")
    assert "ok    email" in outcome.out
    assert max(map(len, outcome.out.splitlines())) <= 80
