"""What an assertion must say to earn an access token."""

import time
from typing import Any

import jwt
import pytest

from channels.testing.service_account import GRANT_TYPE, InvalidGrant, ServiceAccount

URI = "http://127.0.0.1:1/token"
NOW = int(time.time())


@pytest.fixture(scope="module")
def account() -> ServiceAccount:
    return ServiceAccount("cairn-test", URI)


def form(account: ServiceAccount, key_id: str | None = None, **changes: Any) -> dict[str, str]:
    """A good form but for the changes of its claims."""
    credentials = account.credentials()
    claims = {
        "iss": credentials["client_email"],
        "aud": URI,
        "iat": NOW,
        "exp": NOW + 3600,
        "scope": "https://www.googleapis.com/auth/firebase.messaging",
        **changes,
    }
    headers = {"kid": key_id or credentials["private_key_id"]}
    assertion = jwt.encode(claims, credentials["private_key"], algorithm="RS256", headers=headers)
    return {"grant_type": GRANT_TYPE, "assertion": assertion}


def test_a_token_lets_in_until_it_is_revoked(account: ServiceAccount) -> None:
    """The token that was granted, as a bearer, and no other."""
    token = account.grant(form(account))
    assert account.lets_in(f"Bearer {token}")
    assert not account.lets_in(f"Basic {token}")
    assert not account.lets_in(f"Bearer {token}x")
    account.revoke()
    assert not account.lets_in(f"Bearer {token}")


def test_both_audiences_are_taken(account: ServiceAccount) -> None:
    """The endpoint itself, and Google's, which google-auth names whatever the endpoint."""
    assert account.grant(form(account, aud="https://oauth2.googleapis.com/token"))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key_id": "another"}, "kid"),
        ({"iss": "someone@example.com"}, "issuer"),
        ({"aud": "https://example.com/token"}, "udience"),
        ({"scope": "https://www.googleapis.com/auth/drive"}, "scope"),
        ({"iat": NOW - 3600, "exp": NOW - 1}, "expired"),
        ({"exp": NOW + 7200}, "more than an hour"),
    ],
)
def test_one_fault_is_enough(account: ServiceAccount, changes: dict[str, Any], reason: str) -> None:
    """Each claim is checked by itself."""
    with pytest.raises(InvalidGrant, match=reason):
        account.grant(form(account, **changes))


def test_the_signature_is_checked(account: ServiceAccount) -> None:
    """Another key cannot sign for this account, whatever key it names."""
    stranger = ServiceAccount("cairn-test", URI)
    key_id = account.credentials()["private_key_id"]
    with pytest.raises(InvalidGrant, match="Signature verification failed"):
        account.grant(form(stranger, key_id))


@pytest.mark.parametrize("form", [{}, {"grant_type": "password"}, {"grant_type": GRANT_TYPE, "assertion": "x.y.z"}])
def test_what_is_no_assertion_is_refused(account: ServiceAccount, form: dict[str, str]) -> None:
    """Nothing, another grant, and what is no token."""
    with pytest.raises(InvalidGrant):
        account.grant(form)
