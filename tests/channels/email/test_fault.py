"""What it means when no reply came."""

from __future__ import annotations

import socket
import ssl

import pytest
from aiosmtplib import SMTPConnectError, SMTPResponseException, SMTPServerDisconnected

from channels.dispatch.outcome import RetryLater, Unavailable
from channels.email.fault import NotOffered, outcome_of_fault
from channels.email.stage import Stage

LOST = [SMTPServerDisconnected("Connection lost"), ConnectionResetError(104, "reset"), TimeoutError()]


def caused(cause: Exception) -> SMTPConnectError:
    """As aiosmtplib wraps what the system said."""
    error = SMTPConnectError("Error connecting")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("stage", Stage)
def test_only_after_the_final_dot_is_it_unknown(stage: Stage, fault: Exception) -> None:
    """RFC 1047: there the server may have taken the message; anywhere else it cannot have."""
    assert isinstance(fault, OSError)
    found = outcome_of_fault(stage, fault)
    assert isinstance(found, RetryLater if stage is Stage.MESSAGE else Unavailable)
    assert found.unknown is (stage is Stage.MESSAGE)
    assert not getattr(found, "ours", False)


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.STARTTLS])
def test_a_name_that_nobody_has_and_one_that_is_not_answered_now(stage: Stage) -> None:
    """DNS that is down is no setting to mend."""
    unknown = outcome_of_fault(stage, caused(socket.gaierror(socket.EAI_NONAME, "Name or service not known")))
    away = outcome_of_fault(stage, caused(socket.gaierror(socket.EAI_AGAIN, "Temporary failure")))
    assert isinstance(unknown, Unavailable)
    assert isinstance(away, Unavailable)
    assert (unknown.code, unknown.ours, away.ours) == ("host_unknown", True, False)


def test_tls_that_fails_and_tls_that_is_cut_off() -> None:
    """A connection that ends in the middle of a handshake is lost like any other."""
    wrong = outcome_of_fault(Stage.CONNECT, caused(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")))
    cut = outcome_of_fault(Stage.CONNECT, caused(ssl.SSLEOFError(8, "EOF occurred in violation of protocol")))
    assert isinstance(wrong, Unavailable)
    assert isinstance(cut, Unavailable)
    assert (wrong.code, wrong.ours) == ("tls_failed", True)
    assert (cut.code, cut.ours) == ("connection_lost", False)


def test_what_is_no_smtp() -> None:
    """A web server on that port, or a reply without end."""
    found = outcome_of_fault(Stage.CONNECT, SMTPResponseException(-1, "Malformed SMTP response line: HTTP/1.1 400"))
    assert isinstance(found, Unavailable)
    assert found.code == "protocol_error"
    after = outcome_of_fault(Stage.MESSAGE, SMTPResponseException(-1, "Response too long"))
    assert isinstance(after, RetryLater)
    assert after.unknown


def test_what_a_server_lacks_is_a_setting_to_mend() -> None:
    """With the code and the cure that it was raised with."""
    found = outcome_of_fault(Stage.AUTH, NotOffered("login_not_offered", "none", "set it"))
    assert found == Unavailable(code="login_not_offered", detail="none -> set it", ours=True)
