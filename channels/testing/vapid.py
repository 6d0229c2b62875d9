"""What a push service demands of a sender: a fresh token, signed with the key that the subscription was made for."""

import re

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from channels.testing import base64url

_LONGEST = 24 * 60 * 60  # seconds from now to `exp` (RFC 8292, 2)
_CONTACT = re.compile(r"mailto:[^@\s]+@[^@\s]+|https://\S+")


class VapidError(Exception):
    """A sender that is not let in; its text is the reason. `status` is 401 without a token, else 403."""

    def __init__(self, reason: str, status: int = 403) -> None:
        super().__init__(reason)
        self.status = status


def check(authorization: str | None, key: bytes, origin: str, now: float) -> None:
    """Raise `VapidError` unless the header is a valid one at `now` (epoch seconds) (RFC 8292, 2 to 4).

    `key` is the subscription's application server key (65 bytes), `origin` the push service's own.
    """
    scheme, _, rest = (authorization or "").partition(" ")
    if scheme.lower() != "vapid":
        raise VapidError("no vapid authorization", status=401)
    given = dict(each.strip().partition("=")[::2] for each in rest.split(","))
    try:
        sender = base64url.decode(given["k"])
        claims = jwt.decode(
            given["t"],
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender),
            algorithms=["ES256"],
            audience=origin,
            # The caller's clock decides, not the machine's.
            options={"require": ["aud", "exp"], "verify_exp": False},
        )
        lifetime = int(claims["exp"]) - now
    except (KeyError, TypeError, ValueError, jwt.PyJWTError) as error:
        raise VapidError(f"token not valid: {error}") from error
    if sender != key:
        raise VapidError("the subscription was made for another key")
    if not 0 < lifetime <= _LONGEST:
        raise VapidError("exp is in the past, or more than 24 hours ahead")
    if not _CONTACT.fullmatch(str(claims.get("sub"))):
        raise VapidError("sub is neither a mailto nor an https address")
