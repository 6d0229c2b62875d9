"""The check of FCM's credentials, against a local token endpoint."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.testing.fcm_service import Answer, FcmService
from deploy.cli.doctor.check import Mark
from deploy.cli.doctor.fcm import access_token
from stream.runtime.exits import Exit
from stream.runtime.settings import Settings


@pytest.fixture
def service() -> Iterator[FcmService]:
    with FcmService() as service:
        yield service


@pytest.fixture
def key(service: FcmService, tmp_path: Path) -> Path:
    file = tmp_path / "key.json"
    file.touch(0o600)
    file.write_text(json.dumps(service.service_account()))
    return file


def of(key: Path) -> Settings:
    return Settings.model_validate({"mobile_push": {"service_account": key}})


def test_a_key_that_is_taken(service: FcmService, key: Path) -> None:
    """One access token is fetched, and nothing is sent."""
    check = access_token(of(key))
    assert (check.mark, "cairn-test" in check.finding) == (Mark.OK, True)
    assert [each.path for each in service.attempts] == ["/token"]


def test_not_configured_is_no_failure() -> None:
    """Who sends no mobile push is told so, and no more."""
    check = access_token(Settings())
    assert check.mark is Mark.SKIP
    assert "not configured" in check.finding


def test_a_revoked_key(service: FcmService, key: Path) -> None:
    """Google's reason and the cure; findings, not a missing broker."""
    service.answer_token_request(Answer(400, json.dumps({"error": "invalid_grant"})))
    check = access_token(of(key))
    assert (check.mark, check.exit) == (Mark.FAIL, Exit.FINDINGS)
    assert "invalid_grant" in check.finding
    assert "new key" in (check.cure or "")


def test_a_file_that_is_no_key(key: Path) -> None:
    """What the dispatcher would end with is what the check finds."""
    key.write_text("{}")
    check = access_token(of(key))
    assert check.mark is Mark.FAIL
    assert "Firebase console" in (check.cure or "")


def test_a_key_that_everybody_may_read(key: Path) -> None:
    """It works, so it is a warning, with the command that mends it."""
    key.chmod(0o644)
    check = access_token(of(key))
    assert check.mark is Mark.WARN
    assert check.cure == f"chmod 600 {key}"


def test_libraries_that_are_not_installed(key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that only runs trackers need not have them; one that is to send must."""
    monkeypatch.setitem(sys.modules, "channels.mobile_push.google_token", None)
    check = access_token(of(key))
    assert check.mark is Mark.FAIL
    assert "pip install" in (check.cure or "")
