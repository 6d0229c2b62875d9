"""The texts of replies: what they mean where the code does not tell, and what may be kept of them. Pure."""

from __future__ import annotations

import re

from channels.email.address import Mailbox

NO_MAILBOX = re.compile(
    r"(?<!sender )\b(user|recipient|mailbox|account|address)\b[^.;]{0,80}"
    r"\b(unknown|not (be )?found|does ?n[o']t exist|unavailable)"
    r"|\b(unknown|invalid|no such) (local )?(user|recipient|mailbox|account|address|person)\b"
    r"|\bno mailbox\b|\bunrouteable address\b|\bdoes ?n[o']t have an? \S+ account\b|\bnot a valid (user|mailbox)\b",
    re.IGNORECASE,
)
"""Exim, qmail, Exchange, Outlook.com and Yahoo for a mailbox that is not there."""
POLICY = re.compile(
    r"\brelay|\bauthenti|\blog ?in\b|\b(black|block|deny) ?list|\bblocked\b|\blisted\b|\bspam|\bunsolicited\b"
    r"|\bpolicy\b|\breputation\b|\bdenied\b|\bprohibit|\bnot (allowed|permitted)\b|\b(dnsbl|rbl|dmarc|spf|dkim|ptr)\b"
    r"|\breverse dns\b|\bsender verif",
    re.IGNORECASE,
)
"""What the same servers say of who sends, or from where."""

_DETAIL = 500
"""Characters; a receipt takes 1,024, and the cure stands beside it."""
_CUT = "<address>"
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_WAIT = re.compile(r"\b(?:in|for|after|within)\s+(\d{1,5})\s*(s|sec\w*|m|min\w*)\b", re.IGNORECASE)
_QUEUE_IDS = (
    re.compile(r"\bqueued as ([\w.-]+)", re.IGNORECASE),  # Postfix, SendGrid
    re.compile(r"\bid=([\w.-]+)"),  # Exim
    re.compile(r"\bInternalId=(\d+)"),  # Exchange, whose other id is our own Message-ID
    re.compile(r"(?:\A|\s)([\w.-]+) Message accepted for delivery"),  # Sendmail
    re.compile(r"\bOK\s+\d+ ([\w.-]+) - gsmtp"),  # Google
    re.compile(r"\AOk ([\w-]{20,})\Z"),  # Amazon SES
)


def queue_id(text: str) -> str | None:
    """The server's own name for a message that it took, of at most 128 characters; None where it gives none."""
    return next((found[1][:128] for each in _QUEUE_IDS if (found := each.search(text))), None)


def wait_asked(text: str) -> float | None:
    """The seconds that a greylisting server says to wait, as in `try again in 300 seconds`; None if it does not say."""
    found = _WAIT.search(text)
    return int(found[1]) * (60.0 if found[2][0] in "mM" else 1.0) if found else None


def told(text: str, recipient: Mailbox | None) -> str:
    """What may be kept of a text: printable, on one line, with the recipient and every address cut out."""
    line = _ADDRESS.sub(_CUT, _UNPRINTABLE.sub(" ", text))
    if recipient is not None:
        # Servers also name the mailbox without its domain, or with a % or = in place of the @.
        line = re.sub(rf"(?<!\w){re.escape(recipient.local)}(?!\w)", _CUT, line, flags=re.IGNORECASE)
    return line.strip()[:_DETAIL]
