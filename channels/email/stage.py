"""The steps of an SMTP conversation."""

from __future__ import annotations

from enum import Enum


class Stage(Enum):
    """What was asked when a reply came, or did not come; in the order in which it happens."""

    CONNECT = "connecting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "login"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    MESSAGE = "after the final dot"

    @property
    def before_recipient(self) -> bool:
        """True while nothing was said that differs between two messages: a refusal here meets all of them."""
        return self not in (Stage.RCPT, Stage.DATA, Stage.MESSAGE)
