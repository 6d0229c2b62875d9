"""The mark that an erased contact leaves: who it was cannot be read from it, only whether somebody is it."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

_KEY_BYTES = 64
"""The longest key that BLAKE2b takes."""


class Erased(msgspec.Struct, array_like=True, frozen=True):
    """When a contact was erased last (epoch ms), and the number of the life that ended."""

    at_ms: int
    life: int


class ErasureHash:
    """Turns contact ids into the keys of their marks: BLAKE2b with 128 bits under a secret.

    Without the secret nobody can try ids until one fits, so that what is left of a contact tells nothing.
    """

    def __init__(self, secret: str) -> None:
        key = secret.encode()
        self._key = key if len(key) <= _KEY_BYTES else blake2b(key).digest()

    def of(self, contact: bytes) -> bytes:
        """The key of a contact's mark; `contact` is the id in UTF-8, as it is a record's key."""
        return blake2b(contact, digest_size=16, key=self._key).digest()
