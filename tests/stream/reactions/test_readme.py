"""What the guide shows to be copied works as it stands there."""

from __future__ import annotations

import re
import sys
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from stream.reactions.modules import apps_of
from stream.reactions.webhooks.secret import secrets_of
from stream.reactions.webhooks.signature import signed

README = (Path(__file__).parents[3] / "stream" / "reactions" / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
ROOT = Path(__file__).parents[3]


def test_the_five_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five lines and what they do: an app with one reaction."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    text = BLOCKS[0]
    assert len([line for line in text.splitlines() if line]) == 6
    (tmp_path / "my_reactions_of_the_guide.py").write_text(text)
    (app,) = apps_of(["my_reactions_of_the_guide"], tmp_path)
    assert (app.name, list(app.reactions)) == ("tell-sales", ["tell"])
    del sys.modules["my_reactions_of_the_guide"]


def test_the_verifier_takes_what_we_sign_and_nothing_else() -> None:
    (verifier,) = [each for each in BLOCKS if "def verified" in each]
    scope: dict[str, Any] = {}
    exec(verifier, scope)
    verified, now = scope["verified"], scope["time"].time()
    ours, other = "whsec_" + "QUFB" * 8, "whsec_" + "QkJC" * 8
    body = b'{"id": "x"}'

    def request(*secrets: str, at: float = now) -> Message:
        headers = Message()
        for name, value in signed(secrets_of(secrets), "x", int(at), body).items():
            headers[name] = value
        return headers

    assert verified(ours, request(ours), body)
    assert verified(ours, request(other, ours), body)
    assert not verified(ours, request(other), body)
    assert not verified(ours, request(ours), body + b" ")
    assert not verified(ours, request(ours, at=now - 600), body)


def test_each_test_of_the_table_exists() -> None:
    """A trap whose test was removed is open again."""
    named = set(re.findall(r"`((?:tests/[a-z_/]+/)?test_[a-z_]+\.py)`", README))
    assert named
    for each in named:
        assert (ROOT / each).exists() or (Path(__file__).parent / each).exists(), each
