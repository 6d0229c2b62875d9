"""What it means when no reply came: connections, time and TLS. Pure."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from aiosmtplib import SMTPException, SMTPResponseException

from channels.dispatch.outcome import Outcome, RetryLater, Unavailable
from channels.email.reply import Reply
from channels.email.stage import Stage
from channels.email.status import CURE, outcome_of_reply

FAULTS = (SMTPException, OSError)
"""All that a conversation raises; timeouts and TLS are kinds of OSError."""

_TRUST = (
    "email.smtp_host must be a name in the server's certificate, and email.smtp_ca_file the CA that signed it "
    "(unset: the system's CAs)"
)
_KIND_OF_TLS = "email.smtp_tls is implicit for port 465, starttls for port 587 and 25"


class NotOffered(SMTPException):
    """The server lacks what the settings ask for. `code` is ours; the message has its cure."""

    def __init__(self, code: str, message: str, cure: str) -> None:
        super().__init__(f"{message}{CURE}{cure}")
        self.code = code


def outcome_of_fault(stage: Stage, fault: SMTPException | OSError) -> Outcome:
    """Return what a fault means that ended the conversation at `stage`.

    Once the final dot is written nobody knows whether the server took the message (RFC 1047); before it, it did not.
    """
    if isinstance(fault, NotOffered):
        return Unavailable(code=fault.code, detail=fault.message, ours=True)
    if isinstance(fault, SMTPResponseException):
        return outcome_of_reply(stage, Reply(fault.code, fault.message))
    late = isinstance(fault, TimeoutError)
    code = "timeout" if late else "connection_lost"
    if stage is Stage.MESSAGE:
        return RetryLater(code=code, detail=f"no answer {stage.value}", unknown=True)
    if tls := next((each for each in _causes(fault) if isinstance(each, ssl.SSLError)), None):
        return _of_tls(stage, tls)
    if any(isinstance(each, socket.gaierror) and each.errno == socket.EAI_NONAME for each in _causes(fault)):
        return _ours("host_unknown", "no such host", "email.smtp_host must be the name of the mail server")
    if late:
        hint = f"; {_KIND_OF_TLS}" if stage is Stage.CONNECT else ""
        return Unavailable(code=code, detail=f"no answer to {stage.value} in time{hint}")
    if stage is Stage.CONNECT:
        return Unavailable(code="not_connected", detail=_said(fault))
    return Unavailable(code=code, detail=f"the connection was lost at {stage.value}")


def _of_tls(stage: Stage, fault: ssl.SSLError) -> Outcome:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return _ours("tls_not_trusted", f"the certificate does not pass: {fault.verify_message}", _TRUST)
    if isinstance(fault, ssl.SSLEOFError):
        return Unavailable(code="connection_lost", detail=f"the connection was lost at {stage.value}")
    return _ours("tls_failed", f"TLS failed: {fault.strerror or type(fault).__name__}", _KIND_OF_TLS)


def _ours(code: str, detail: str, cure: str) -> Outcome:
    return Unavailable(code=code, detail=f"{detail}{CURE}{cure}", ours=True)


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__


def _said(fault: BaseException) -> str:
    """The system's own words; they name the server, and nobody else."""
    return str(next((each for each in _causes(fault) if not isinstance(each, SMTPException)), fault))
