"""The settings of the email channel, checked before the first message: what is wrong is said at once, and all of it."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from channels.email.address import AddressError, Mailbox, mailbox
from channels.email.dkim_signer import DkimKeyError, DkimSigner
from channels.email.header import UnsafeHeaderError, checked
from channels.email.message import Letterhead
from channels.email.own_headers import feedback_id, list_id, own
from channels.email.server import Server, own_name
from schemas.errors import CairnError
from stream.runtime.exits import Exit
from stream.runtime.settings import Email, Settings

_HOST = re.compile(r"[A-Za-z0-9._:-]+")


class EmailSettingsError(CairnError):
    """Settings with which no email can be sent."""

    exit = Exit.USAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What it takes to send: where to, in whose name, for how many seconds each time."""

    server: Server
    letterhead: Letterhead
    attempt_timeout: float


def account_of(settings: Settings) -> Account:
    """Return the account that `settings.email` describes. Reads the CA file and asks for this machine's name.

    Raises:
        EmailSettingsError: it cannot work; with every mistake.
    """
    email = settings.email
    faults: list[tuple[str, str]] = []
    sender = _mailbox("email.sender", email.sender, faults)
    reply_to = _mailbox("email.reply_to", email.reply_to, faults) if email.reply_to else None
    _look_at_words(email, faults)
    _look_at_login(email, faults)
    context = _context(email, faults)
    headers = _headers(email, faults)
    signer = _signer(email, sender, faults)
    if faults or sender is None:
        raise EmailSettingsError(
            "email cannot be sent with these settings: " + "; ".join(what for what, _ in faults),
            "the section [email] of cairn.toml, or CAIRN_EMAIL_* in the environment",
            "; ".join(fix for _, fix in faults),
        )
    return Account(
        server=Server(
            host=email.smtp_host,
            port=email.smtp_port,
            tls=email.smtp_tls,
            context=context,
            own_name=own_name(),
            user=email.smtp_user,
            password=email.smtp_password,
        ),
        letterhead=Letterhead(sender=sender, name=email.sender_name, reply_to=reply_to, headers=headers, signer=signer),
        attempt_timeout=email.attempt_timeout,
    )


def _mailbox(name: str, value: str, faults: list[tuple[str, str]]) -> Mailbox | None:
    fix = f"set {name} to an address such as hello@example.com"
    if not value:
        faults.append((f"{name} is empty", fix))
        return None
    try:
        found = mailbox(value)
    except AddressError as error:
        faults.append((f"{name} is no address: {error}", fix))
        return None
    if found.utf8:
        faults.append((f"{name} has letters beyond ASCII before the @, which few servers take", fix))
    return found


def _headers(email: Email, faults: list[tuple[str, str]]) -> tuple[bytes, ...]:
    makers: tuple[tuple[str, Callable[[], list[bytes]]], ...] = (
        ("list_id", lambda: [list_id(email.list_id)] if email.list_id else []),
        ("feedback_id", lambda: [feedback_id(email.feedback_id)] if email.feedback_id else []),
        ("headers", lambda: own(email.headers)),
    )
    made: list[bytes] = []
    for name, make in makers:
        try:
            made += make()
        except UnsafeHeaderError as error:
            faults.append((f"email.{name}: {error}", f"mend email.{name}, or unset it"))
    return tuple(made)


def _signer(email: Email, sender: Mailbox | None, faults: list[tuple[str, str]]) -> DkimSigner | None:
    if not email.dkim_selector and email.dkim_key_file is None:
        return None
    if not email.dkim_selector or email.dkim_key_file is None:
        faults.append(("email.dkim_selector and email.dkim_key_file go together", "set both, or neither"))
        return None
    if sender is None:
        return None
    try:
        return DkimSigner.of(sender.domain, email.dkim_selector, email.dkim_key_file)
    except DkimKeyError as error:
        faults.append((f"DKIM: {error}", "set email.dkim_key_file to a private key (RSA: openssl genrsa 2048)"))
        return None


def _look_at_words(email: Email, faults: list[tuple[str, str]]) -> None:
    try:
        checked("email.sender_name", email.sender_name)
    except UnsafeHeaderError as error:
        faults.append((str(error), "write email.sender_name as plain text on one line"))
    if not email.postal_address.strip():
        faults.append(
            ("email.postal_address is empty", "set email.postal_address: most laws ask for it in every email")
        )
    if not _HOST.fullmatch(email.smtp_host):
        faults.append(("email.smtp_host is no host name", "set email.smtp_host to a name such as smtp.example.com"))


def _look_at_login(email: Email, faults: list[tuple[str, str]]) -> None:
    if email.smtp_user and not email.smtp_password:
        faults.append(("email.smtp_user has no password", "set CAIRN_EMAIL_SMTP_PASSWORD, or _FILE with a file's name"))
    if email.smtp_password and not email.smtp_user:
        faults.append(("email.smtp_password has no user", "set email.smtp_user, or leave out the password"))
    if email.smtp_user and email.smtp_tls == "none":
        faults.append(
            (
                "email.smtp_user with email.smtp_tls = none would send the password in clear",
                "set email.smtp_tls to starttls or implicit, or leave out user and password",
            )
        )


def _context(email: Email, faults: list[tuple[str, str]]) -> ssl.SSLContext | None:
    """A context that asks for a certificate and for its name, as `create_default_context` does."""
    if email.smtp_tls == "none":
        return None
    try:
        return ssl.create_default_context(cafile=email.smtp_ca_file)
    except OSError as error:
        faults.append(
            (
                f"email.smtp_ca_file {email.smtp_ca_file} cannot be used: {error.strerror or 'no certificate in it'}",
                "name a file of CA certificates (PEM) that this user can read, or unset it for the system's",
            )
        )
        return None
