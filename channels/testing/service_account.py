"""A Google service account and the half of OAuth2 that turns its signature into access tokens (RFC 7523)."""

import secrets
from collections.abc import Mapping

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFETIME = 3600
"""Seconds that an access token says it lasts, and an assertion may last."""

_GOOGLE = "https://oauth2.googleapis.com/token"
_SCOPES = frozenset(
    f"https://www.googleapis.com/auth/{each}" for each in ("firebase.messaging", "firebase", "cloud-platform")
)


class InvalidGrant(Exception):  # noqa: N818 - OAuth2's name for it (RFC 6749, 5.2)
    """An assertion that earns no token; its text is the reason."""


class ServiceAccount:
    """Made with an RSA key of its own. `token_uri` is where its credentials ask for access tokens."""

    def __init__(self, project: str, token_uri: str) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._key_id = secrets.token_hex(20)
        self._email = f"cairn@{project}.iam.gserviceaccount.com"
        self._project, self._token_uri = project, token_uri
        self._tokens: set[str] = set()

    def credentials(self) -> dict[str, str]:
        """The contents of the JSON file that the Firebase console gives out, its private key (PEM) included."""
        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return {
            "type": "service_account",
            "project_id": self._project,
            "private_key_id": self._key_id,
            "private_key": pem.decode(),
            "client_email": self._email,
            "client_id": "100000000000000000001",
            "token_uri": self._token_uri,
        }

    def grant(self, form: Mapping[str, str]) -> str:
        """A new access token for a form with an assertion that this account signed (RFC 7523, 2.1 and 3).

        Raises `InvalidGrant` for anything else. google-auth names Google's endpoint as the audience, whatever the
        `token_uri`; both are accepted.
        """
        if form.get("grant_type") != GRANT_TYPE:
            raise InvalidGrant(f"grant_type is not {GRANT_TYPE}")
        assertion = form.get("assertion", "")
        try:
            if jwt.get_unverified_header(assertion).get("kid") != self._key_id:
                raise InvalidGrant("kid is not this account's key")
            claims = jwt.decode(
                assertion,
                self._key.public_key(),
                algorithms=["RS256"],
                audience=[_GOOGLE, self._token_uri],
                issuer=self._email,
                options={"require": ["aud", "exp", "iat", "iss"]},
            )
        except jwt.PyJWTError as error:
            raise InvalidGrant(f"assertion not valid: {error}") from error
        if claims["exp"] - claims["iat"] > LIFETIME:
            raise InvalidGrant("assertion lasts more than an hour")
        if not _SCOPES & set(str(claims.get("scope")).split()):
            raise InvalidGrant("no scope that allows to send")
        token = secrets.token_urlsafe(32)
        self._tokens.add(token)
        return token

    def revoke(self) -> None:
        """No token that was granted is good any more."""
        self._tokens.clear()

    def lets_in(self, authorization: str) -> bool:
        """True for a bearer of a token that was granted (RFC 6750, 2.1)."""
        scheme, _, token = authorization.partition(" ")
        return scheme.lower() == "bearer" and token in self._tokens
