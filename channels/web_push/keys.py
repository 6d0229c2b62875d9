"""VAPID key pairs: on P-256 (RFC 8292 section 3.2), as text."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from schemas.errors import CairnError
from stream.runtime.exits import Exit

SETTING = "web_push.vapid_private_key"


@dataclass(frozen=True, slots=True)
class VapidKeys:
    """A key pair.

    `private` is the scalar (32 bytes), `public` the uncompressed point (65 bytes), which browsers call
    applicationServerKey; both in base64url without padding.
    """

    key: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def generate(cls) -> VapidKeys:
        """Make a new pair."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def read(cls, private: str) -> VapidKeys:
        """Read what `private` gave.

        Raises:
            CairnError: it is none (exit 2); the key is not in the message.
        """
        text = private.strip().rstrip("=")
        if not text:
            raise CairnError("web push has no key to sign with", SETTING, _MAKE, exit=Exit.USAGE)
        try:
            raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            # The round trip, for the decoder skips what is not of its alphabet.
            if len(raw) != _SCALAR or _text(raw) != text:
                raise ValueError("not 32 bytes of base64url")
            return cls(ec.derive_private_key(int.from_bytes(raw), ec.SECP256R1()))
        except ValueError:
            what = "the key that signs web pushes is no VAPID private key (32 bytes in base64url, 43 characters)"
            fix = f"{_MAKE}; of a PEM or DER file, take the scalar"
            raise CairnError(what, SETTING, fix, exit=Exit.USAGE) from None

    @property
    def private(self) -> str:
        """The private key, a secret."""
        return _text(self.key.private_numbers().private_value.to_bytes(_SCALAR))

    @property
    def public(self) -> str:
        """The public key."""
        return _text(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


_SCALAR = 32
_MAKE = "`cairn web-push keys` makes a pair; keep the one that browsers have subscribed with, if there is one"


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
