"""The file of the service account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from channels.mobile_push.service_account import read_service_account, readable_by_others
from channels.testing.service_account import ServiceAccount
from schemas.errors import CairnError

SOUND: dict[str, Any] = dict(ServiceAccount("acme-app", "https://oauth2.googleapis.com/token").credentials())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "key.json"
    path.touch(0o600)
    return path


def test_a_sound_one(file: Path) -> None:
    """Its project and credentials; the key is in no `repr`."""
    file.write_text(json.dumps(SOUND))
    account = read_service_account(file)
    assert account.project == "acme-app"
    assert "PRIVATE" not in repr(account)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", '"type"'),
        ("{}", '"type"'),
        (json.dumps(SOUND | {"type": "authorized_user"}), '"type"'),
        (json.dumps({"project_info": {}, "client": []}), '"type"'),
        (json.dumps(SOUND | {"project_id": ""}), "lacks project_id"),
        (json.dumps(SOUND | {"project_id": "a/../b"}), "project_id"),
        (json.dumps({"type": "service_account"}), "lacks project_id, private_key, client_email, token_uri"),
        (json.dumps(SOUND | {"private_key": 5}), "lacks private_key"),
        (json.dumps(SOUND | {"private_key": "-----BEGIN PRIVATE KEY-----\nsecret"}), "private_key"),
    ],
)
def test_what_is_wrong_is_said(file: Path, text: str, what: str) -> None:
    """What, where and how to get a good one; nothing of the file is repeated."""
    file.write_text(text)
    with pytest.raises(CairnError) as raised:
        read_service_account(file)
    error = raised.value
    assert what in error.what
    assert str(file) in str(error.where)
    assert "Firebase console" in str(error.fix)
    assert error.exit == 2
    assert "secret" not in str(error)


def test_none_at_all(tmp_path: Path) -> None:
    """Unset, missing, a directory or no text: exit 2 each, with the setting's name."""
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    for path in (None, tmp_path / "missing.json", tmp_path, binary):
        with pytest.raises(CairnError) as raised:
            read_service_account(path)
        assert raised.value.exit == 2
        assert "mobile_push.service_account" in str(raised.value.where)


def test_who_may_read_it(file: Path) -> None:
    """Others of the machine, and not just the group: a container's secrets are often readable by it."""
    for mode, open_ in ((0o600, False), (0o640, False), (0o644, True)):
        file.chmod(mode)
        assert readable_by_others(file) is open_
