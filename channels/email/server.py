"""The mail server, as the settings name it."""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass, field
from typing import Literal

from aiosmtplib import SMTP

_QUALIFIED = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where messages are handed over. `context` verifies the server, and is None exactly for `tls` none.

    `own_name` is how we introduce ourselves. `user` empty: there is no login.
    """

    host: str
    port: int
    tls: Literal["starttls", "implicit", "none"]
    context: ssl.SSLContext | None
    own_name: str
    user: str = ""
    password: str = field(default="", repr=False)

    def client(self) -> SMTP:
        """A client that is not connected yet, and does nothing by itself: no TLS, no login, no time limit."""
        return SMTP(
            hostname=self.host,
            port=self.port,
            local_hostname=self.own_name,
            timeout=None,
            use_tls=self.tls == "implicit",
            start_tls=False,
            tls_context=self.context,
        )


def own_name() -> str:
    """The name of this machine for EHLO, or an address literal where it has no full one (RFC 5321 section 4.1.4)."""
    name = socket.getfqdn()
    return name if _QUALIFIED.fullmatch(name) else "[127.0.0.1]"
