"""Headers by setting: List-Id, Feedback-ID, and whatever a company's own mail system looks at. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from channels.email.header import UnsafeHeaderError, field

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,75}")
"""Of what RFC 5322 section 3.6.8 allows, what every server carries."""
_LIST_ID = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_FEEDBACK_ID = re.compile(r"[\x21-\x39\x3b-\x7e]{0,64}(?::[\x21-\x39\x3b-\x7e]{0,64}){0,2}:[A-Za-z0-9_.-]{5,15}")
"""Up to three identifiers and the sender's own name of 5 to 15 characters (support.google.com/mail/answer/6254652)."""
_OURS = frozenset(
    {
        "from",
        "to",
        "cc",
        "bcc",
        "sender",
        "reply-to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "auto-submitted",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "list-id",
        "feedback-id",
        "return-path",
        "delivered-to",
        "apparently-to",
        "authentication-results",
        "in-reply-to",
        "references",
    }
)
_OURS_FROM = ("content-", "resent-", "received", "dkim-", "domainkey-", "arc-")
"""Whole families: what a part is, who sent it on (an MTA reads recipients there), and what servers vouch for."""


def list_id(value: str) -> bytes:
    """A List-Id (RFC 2919): a name with dots, in or without angle brackets.

    Raises:
        UnsafeHeaderError: it is none.
    """
    bare = value.strip().removeprefix("<").removesuffix(">")
    if not _LIST_ID.fullmatch(bare):
        raise UnsafeHeaderError("List-Id is a name with a dot in it, such as milestones.example.com")
    return field("List-Id", f"<{bare}>")


def feedback_id(value: str) -> bytes:
    """A Feedback-ID: up to three identifiers and the sender's name, parted by colons.

    Raises:
        UnsafeHeaderError: it is none.
    """
    if not _FEEDBACK_ID.fullmatch(value.strip()):
        raise UnsafeHeaderError("Feedback-ID is like campaign:customer:kind:sender, its last part of 5 to 15 letters")
    return field("Feedback-ID", value.strip())


def own(headers: Sequence[str]) -> list[bytes]:
    """Headers that are written as `Name: value`.

    Raises:
        UnsafeHeaderError: one has no name or value, would end its line, is not ASCII, or is one that Cairn writes.
    """
    made: dict[str, bytes] = {}
    for each in headers:
        name, colon, value = each.partition(":")
        name, value = name.strip(), value.strip()
        if not colon or not _NAME.fullmatch(name) or not value:
            raise UnsafeHeaderError("a header is written as Name: value, its name of letters, digits and hyphens")
        if name.lower() in _OURS or name.lower().startswith(_OURS_FROM):
            raise UnsafeHeaderError(f"{name} is written by Cairn, or by mail servers")
        if name.lower() in made:
            raise UnsafeHeaderError(f"{name} is there twice")
        if not value.isascii():
            raise UnsafeHeaderError(f"{name} has letters beyond ASCII")
        made[name.lower()] = field(name, value)
    return [*made.values()]
