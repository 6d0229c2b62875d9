"""Seals a value into a short text that fits into a link, and opens only what one of our keys has sealed."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec
from itsdangerous import BadData, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.signer import HMACAlgorithm

from schemas.errors import CairnError
from stream.runtime.exits import Exit

T = TypeVar("T", bound=msgspec.Struct)

KEY_BYTES = 32
"""The least length of a key, in UTF-8."""


class KeysError(CairnError):
    """The keys that sign links are missing or too short to be secret."""

    exit = Exit.USAGE


class ContentError(CairnError):
    """A link cannot be made of these values: it would be refused when somebody follows it."""


class Seal(Generic[T]):
    """Texts of one purpose. A text sealed for another purpose does not open here, nor does one with another key.

    A sealed text is `content.signature`, both base64url: MessagePack, and HMAC-SHA256 cut to 144 bits (RFC 2104
    section 5 asks for at least 128). It has no expiry, for mails are read years later.
    """

    def __init__(self, keys: Sequence[str], purpose: str, kind: type[T]) -> None:
        """Make the seal of one purpose.

        Args:
            keys: secrets of at least 32 bytes; the first seals, all open.
            purpose: the salt; it never changes, or every old link dies.
            kind: what is sealed, an array-like struct. New fields go last and have a default, so that old texts open.

        Raises:
            KeysError: there is no key, or one is too short.
        """
        check_keys(keys)
        # itsdangerous wants the oldest key first and signs with the last.
        self._signer = Signer(
            list(reversed(keys)),
            salt=f"cairn.portal.{purpose}",
            key_derivation="hmac",
            digest_method=hashlib.sha256,
            algorithm=_Truncated(hashlib.sha256),
        )
        # `Signer.sign` derives the key anew each time, and a message has three links; from a copy not even its two
        # blocks are hashed again.
        self._keyed = hmac.new(self._signer.derive_key(), digestmod="sha256")
        self._encoder = msgspec.msgpack.Encoder(uuid_format="bytes")
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._purpose = purpose

    def close(self, content: T) -> str:
        """Return the sealed text.

        Raises:
            ContentError: a value is not of its type, too long or not of its form.
        """
        packed = self._encoder.encode(content)
        try:
            self._decoder.decode(packed)
        except msgspec.ValidationError as error:
            what = f"a link to {self._purpose} cannot be made: {error}"
            raise ContentError(what, type(content).__name__, "pass values of the types and lengths it names") from None
        value = base64_encode(packed)
        signed = self._keyed.copy()
        signed.update(value)
        text = b"%s.%s" % (value, base64_encode(signed.digest()[:_SIGNED]))
        if len(text) > _LONGEST:
            raise ContentError(
                f"a link to {self._purpose} would have a token of {len(text)} characters, more than {_LONGEST}",
                type(content).__name__,
                "shorten its texts",
            )
        return text.decode("ascii")

    def open(self, text: str) -> T | None:
        """Return what was sealed; None for everything else, whatever is wrong with it."""
        # base64 decoders skip foreign characters: without this a sealed text would have many spellings.
        if len(text) > _LONGEST or not _FORM.fullmatch(text):
            return None
        try:
            return self._decoder.decode(base64_decode(self._signer.unsign(text)))
        except (BadData, msgspec.MsgspecError):
            return None


def check_keys(keys: Sequence[str]) -> None:
    """Raise `KeysError` unless there is a key and each has at least 32 bytes."""
    fix = "set a key made by `openssl rand -hex 32`; to rotate, put the new one first and keep the old ones"
    if isinstance(keys, str) or not keys:
        raise KeysError("there is no list of keys to sign links with", "keys of the portal", fix)
    for place, key in enumerate(keys, start=1):
        if len(key.encode()) < KEY_BYTES:
            raise KeysError(f"key {place} of {len(keys)} is shorter than {KEY_BYTES} bytes", "keys of the portal", fix)


class _Truncated(HMACAlgorithm):
    """18 bytes are 24 base64 characters with no bit to spare, so that no two spellings mean the same signature."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return super().get_signature(key, value)[:_SIGNED]


_SIGNED = 18
_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{24}")
_LONGEST = 1500
"""Characters. Mail programs and proxies begin to break links of 2,000."""
