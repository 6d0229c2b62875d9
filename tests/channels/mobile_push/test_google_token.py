"""Access tokens from a token endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.mobile_push.access_token import AccessTokenError
from channels.mobile_push.google_token import token_source
from channels.mobile_push.service_account import read_service_account
from channels.testing.fcm_service import Answer, FcmService
from tests.channels.mobile_push.samples import settings


@pytest.fixture
def service() -> Iterator[FcmService]:
    with FcmService() as service:
        yield service


def account(service: FcmService, folder: Path, **changed: str) -> Path:
    path = settings(service, folder).mobile_push.service_account
    assert path is not None
    path.write_text(json.dumps(service.service_account() | changed))
    return path


def test_a_token_and_how_long_it_lasts(service: FcmService, tmp_path: Path) -> None:
    """One request with a signed assertion; each call brings a new token, good for about an hour."""
    fetch = token_source(read_service_account(account(service, tmp_path)).credentials)
    first, second = fetch(), fetch()
    assert first.text != second.text
    assert 3500 < first.seconds <= 3600
    assert [each.path for each in service.attempts] == ["/token", "/token"]


@pytest.mark.parametrize("code", ["invalid_grant", "invalid_client", "unauthorized_client"])
def test_credentials_that_are_refused_are_ours_to_mend(service: FcmService, tmp_path: Path, code: str) -> None:
    """OAuth2's own error is the code, the cure is in the detail, and what Google said is not repeated."""
    fetch = token_source(read_service_account(account(service, tmp_path)).credentials)
    service.answer_token_request(Answer(400, json.dumps({"error": code, "error_description": "ada@acme.example"})))
    with pytest.raises(AccessTokenError) as raised:
        fetch()
    assert (raised.value.code, raised.value.ours) == (code, True)
    assert "new key in the Firebase console" in raised.value.detail
    assert "ada" not in str(raised.value)


def test_a_page_of_something_in_between_is_not(service: FcmService, tmp_path: Path) -> None:
    """A proxy's answer says nothing about our key, and no endpoint at all neither."""
    fetch = token_source(read_service_account(account(service, tmp_path)).credentials)
    service.answer_token_request(Answer(502, "<html>Bad Gateway</html>"))
    away = token_source(
        read_service_account(account(service, tmp_path, token_uri="http://127.0.0.1:1/token")).credentials
    )
    for call in (fetch, away):
        with pytest.raises(AccessTokenError) as raised:
            call()
        assert (raised.value.code, raised.value.ours) == ("token_unavailable", False)


def test_an_endpoint_that_is_busy_is_not_ours_to_mend(
    service: FcmService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OAuth2's own error for "later" is no verdict on our key, though it has the same form as one."""
    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", lambda seconds: None)
    fetch = token_source(read_service_account(account(service, tmp_path)).credentials)
    service.answer_token_request(*[Answer(503, json.dumps({"error": "temporarily_unavailable"}))] * 3)
    with pytest.raises(AccessTokenError) as raised:
        fetch()
    assert (raised.value.code, raised.value.ours) == ("token_unavailable", False)
    assert len(service.attempts) == 3
