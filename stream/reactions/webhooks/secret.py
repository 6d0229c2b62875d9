"""Secrets of webhooks, as Standard Webhooks writes them: whsec_ and base64 (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from schemas.errors import CairnError
from stream.runtime.exits import Exit

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, by the specification's section on symmetric signatures."""


def secrets_of(texts: Sequence[str]) -> tuple[bytes, ...]:
    """Return the keys.

    Raises:
        CairnError: USAGE, when there is none, or one that cannot be a secret; its text is not repeated.
    """
    if not texts:
        raise _fault("requests are to be signed, and there is no secret")
    return tuple(_key(number, text) for number, text in enumerate(texts, 1))


def _key(number: int, text: str) -> bytes:
    if not text.startswith(PREFIX):
        raise _fault(f"secret {number} does not begin with {PREFIX}")
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise _fault(f"secret {number} is no base64 behind {PREFIX}") from None
    if not SHORTEST <= len(key) <= LONGEST:
        raise _fault(f"secret {number} has {len(key)} bytes, and needs {SHORTEST} to {LONGEST}")
    return key


def _fault(what: str) -> CairnError:
    return CairnError(
        what,
        "webhooks.secrets",
        "make one with: python -c \"import base64,os; print('whsec_' + base64.b64encode(os.urandom(32)).decode())\"",
        exit=Exit.USAGE,
    )
