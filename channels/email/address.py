"""A mailbox: the one address that a message is for, or comes from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import idna

_ATOM = r"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]|[^\x00-\x7f])+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+\Z){_LABEL}")
_LOCAL_BYTES, _ALL_BYTES = 64, 254
"""RFC 5321 sections 4.5.3.1.1 and 4.5.3.1.3: a path has 256 bytes with its angle brackets."""


class AddressError(ValueError):
    """A text is no address. The message says why, and never what the text was."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address that was looked at. `domain` is in A-labels and lower case; `local` may have letters beyond ASCII."""

    local: str
    domain: str

    @property
    def spec(self) -> str:
        """The address as headers and commands write it."""
        return f"{self.local}@{self.domain}"

    @property
    def utf8(self) -> bool:
        """True where a server must know SMTPUTF8 (RFC 6531) to take it."""
        return not self.local.isascii()


def mailbox(text: str) -> Mailbox:
    """Read an addr-spec (RFC 5322 section 3.4.1, RFC 6532): a dot-atom, `@`, a domain name of two labels or more.

    Lists, groups, names, comments, quoted local parts and domain literals are refused: RFC 5321 section 4.1.2 tells
    hosts not to have mailboxes that need quotes, and the rest is how one address becomes two.

    Raises:
        AddressError: it is none.
    """
    local, at, domain = text.rpartition("@")
    if not at:
        raise AddressError("it has no @")
    # Composed first and looked at then: a Greek question mark (U+037E) becomes a semicolon, a Kelvin sign a K.
    local = unicodedata.normalize("NFC", local)
    if not _LOCAL.fullmatch(local) or not local.isprintable() or "=?" in local:
        raise AddressError("what stands before the @ is no plain mailbox name")
    ascii_domain = _a_labels(domain)
    found = Mailbox(local, ascii_domain)
    if len(local.encode()) > _LOCAL_BYTES or len(found.spec.encode()) > _ALL_BYTES:
        raise AddressError("it is longer than an address may be")
    return found


def _a_labels(domain: str) -> str:
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise AddressError("its domain is no internationalised domain name") from None
    if not _DOMAIN.fullmatch(domain):
        raise AddressError("what stands after the @ is no domain name")
    return domain.lower()
