"""Signs a message (DKIM, RFC 6376; Ed25519 by RFC 8463). The only importer of dkimpy."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from pathlib import Path

import dkim

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_SELECTOR = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_SIGNED = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Feedback-ID",
]
"""What RFC 6376 section 5.4.1 names, and what RFC 8058 section 4 demands for one click."""
_PEM = re.compile(rb"-----BEGIN (RSA |EC |ENCRYPTED |)PRIVATE KEY-----.*?-----END \1PRIVATE KEY-----", re.DOTALL)
_ED25519 = bytes.fromhex("302e020100300506032b657004220420")
"""What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 section 7), as `openssl genpkey` writes it."""
_LEAST_BITS = 1024
"""Of an RSA key: with fewer no receiver believes the signature (RFC 8301 section 3.2)."""
_PROBE = b"From: <a@example.com>\r\n\r\nx\r\n"


class DkimKeyError(ValueError):
    """A key that cannot sign. The message says why, and nothing of the key."""


@dataclass(frozen=True, slots=True)
class DkimSigner:
    """Signs in the name of a domain, with the key whose public half stands at `selector`._domainkey.`domain`."""

    domain: str
    selector: str
    algorithm: str
    _key: bytes = field(repr=False)

    @classmethod
    def of(cls, domain: str, selector: str, path: Path) -> DkimSigner:
        """Read the key, and try it.

        Raises:
            DkimKeyError: the selector is none, or the file cannot be read or holds no such key.
        """
        if not _SELECTOR.fullmatch(selector):
            raise DkimKeyError("the selector is a DNS label, such as cairn2026")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DkimKeyError(f"{path} cannot be read: {error.strerror}") from None
        algorithm, key = _key_in(content, path)
        signer = cls(domain, selector, algorithm, key)
        try:
            signer.signature(_PROBE)
        except Exception:  # dkimpy raises errors of its own, of PyNaCl and of the ASN.1 that it reads
            raise DkimKeyError(f"{path} holds neither an RSA key in PEM nor an Ed25519 one") from None
        return signer

    def signature(self, message: bytes) -> bytes:
        """The header field that goes before a message as it is sent, line ends CRLF.

        It tells the time of signing, so a repeat of a message differs in this field alone.
        """
        head = message.partition(b"\r\n\r\n")[0]
        present = {line.partition(b":")[0].lower() for line in head.split(b"\r\n") if not line.startswith(b" ")}
        made: bytes = dkim.sign(
            message,
            self.selector.encode("ascii"),
            self.domain.encode("ascii"),
            self._key,
            signature_algorithm=self.algorithm.encode("ascii"),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[each.lower().encode() for each in _SIGNED if each.lower().encode() in present],
        )
        return made

    def is_published(self, record: str) -> bool:
        """Whether a TXT record holds the public half of the key: what is signed with one verifies with the other."""
        message = self.signature(_PROBE) + _PROBE
        try:
            return bool(dkim.verify(message, dnsfunc=lambda name, timeout=5: record.encode()))
        except Exception:  # whatever stands in DNS, it is not our key
            return False


def _key_in(content: bytes, path: Path) -> tuple[str, bytes]:
    """Return the algorithm of the private key in a file, and the key as dkimpy takes it.

    Files of Windows editors end lines with CRLF, and certificates and words may stand beside the key.
    """
    found = _PEM.search(content)
    if found is None:
        return "ed25519-sha256", content.removeprefix(b"\xef\xbb\xbf").strip()
    if found[1] == b"ENCRYPTED " or b"ENCRYPTED" in found[0]:
        raise DkimKeyError(f"{path} holds a key behind a passphrase, which nobody can type here")
    try:
        der = base64.b64decode(b"".join(found[0].split(b"-----")[2].split()), validate=True)
        if der.startswith(_ED25519):
            return "ed25519-sha256", base64.b64encode(der.removeprefix(_ED25519))
        key = found[0].replace(b"\r\n", b"\n")
        bits: int = dkim.crypto.parse_pem_private_key(key)["modulus"].bit_length()
    except Exception:  # as above
        raise DkimKeyError(f"{path} holds no RSA key in PEM that can be read") from None
    if bits < _LEAST_BITS:
        raise DkimKeyError(f"{path} holds an RSA key of {bits} bits, and receivers believe none below {_LEAST_BITS}")
    return "rsa-sha256", key
