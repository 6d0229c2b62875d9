"""A browser's side of web push encryption (RFC 8291), written apart from the libraries that senders use."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from channels.testing import base64url

_SALT, _HEADER = 16, 21  # salt, then four bytes of record size and one of key length (RFC 8188, 2.1)


class UserAgent:
    """A key pair on P-256 and a secret of 16 bytes, both made on construction unless given (RFC 8291, 2).

    `p256dh` (65 bytes, uncompressed) and `auth` are base64url without padding, as `PushSubscription.toJSON` has them.
    """

    def __init__(self, key: ec.EllipticCurvePrivateKey | None = None, secret: bytes | None = None) -> None:
        self._key = key or ec.generate_private_key(ec.SECP256R1())
        self._secret = secret or os.urandom(16)
        self._public = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.p256dh = base64url.encode(self._public)
        self.auth = base64url.encode(self._secret)

    def decrypt(self, body: bytes) -> bytes:
        """The plaintext of an aes128gcm body of one record (RFC 8291, 4). Raises `ValueError` if it has none."""
        keys_end = _HEADER + (body[_HEADER - 1] if len(body) >= _HEADER else 0)
        salt, size, sender = body[:_SALT], int.from_bytes(body[_SALT : _HEADER - 1]), body[_HEADER:keys_end]
        record = body[keys_end:]
        if len(record) > size:
            raise ValueError("more than one record")
        shared = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        key = _derive(shared, self._secret, b"WebPush: info\0" + self._public + sender, 32)
        content_key = _derive(key, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derive(key, salt, b"Content-Encoding: nonce\0", 12)
        try:
            padded = AESGCM(content_key).decrypt(nonce, record, None)
        except InvalidTag:
            raise ValueError("not encrypted for this subscription") from None
        plaintext, delimiter, padding = padded.rpartition(b"\x02")
        if not delimiter or padding.strip(b"\0"):
            raise ValueError("the last record does not end in its delimiter")
        return plaintext


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
