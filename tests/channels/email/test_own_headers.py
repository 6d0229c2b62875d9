"""List-Id, Feedback-ID, own headers and the signature, by settings."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from channels.dispatch.outcome import Delivered
from channels.email.account import EmailSettingsError, account_of
from channels.testing.mail_server import MailServer
from tests.channels.email.samples import one, settings


def sent(**email: Any) -> bytes:
    """The bytes that a mail server was given."""

    async def story() -> bytes:
        async with MailServer() as server:
            assert isinstance(await one(server, **email), Delivered)
            raw: bytes = server.messages[0].raw
            return raw

    return asyncio.run(story())


def test_headers_by_setting_stand_in_every_message() -> None:
    raw = sent(
        list_id="milestones.acme.example", feedback_id="major:acme:milestone:acmemail", headers=("X-Team: Growth, EU",)
    )
    for line in (
        b"List-Id: <milestones.acme.example>",
        b"Feedback-ID: major:acme:milestone:acmemail",
        b"X-Team: Growth, EU",
    ):
        assert b"\r\n%s\r\n" % line in raw


@pytest.mark.parametrize(
    "email",
    [
        {"list_id": "no dot"},
        {"list_id": "a.b>\r\nBcc: eve@example.com"},
        {"feedback_id": "a:b:c:sp"},
        {"feedback_id": "a b"},
        {"headers": ("Bcc: eve@example.com",)},
        {"headers": ("subject: mine",)},
        {"headers": ("Resent-Bcc: eve@example.com",)},
        {"headers": ("Content-Foo: x",)},
        {"headers": ("ARC-Seal: i=1",)},
        {"headers": ("Received-SPF: pass",)},
        {"headers": ("Authentication-Results: acme.example; dkim=pass",)},
        {"headers": ("X-A: 1\u2028Bcc: eve@example.com",)},
        {"headers": ("X-A: 1\r\nBcc: eve@example.com",)},
        {"headers": ("X-A: =?utf-8?b?eA==?=",)},
        {"headers": ("X-A",)},
        {"headers": ("X A: 1",)},
        {"headers": ("X-A: é",)},
        {"headers": ("X-A: 1", "x-a: 2")},
        {"dkim_selector": "cairn"},
        {"dkim_key_file": Path("nowhere.pem")},
        {"dkim_selector": "cairn", "dkim_key_file": Path("nowhere.pem")},
        {"dkim_selector": "no selector", "dkim_key_file": Path("nowhere.pem")},
    ],
)
def test_what_no_header_may_be_is_refused_at_the_start(email: dict[str, Any]) -> None:
    """With the setting's name, and without a second header."""
    with pytest.raises(EmailSettingsError) as refused:
        account_of(settings(**email))
    assert next(iter(email)).split("_")[0] in str(refused.value).lower()


def rsa_key() -> tuple[bytes, bytes]:
    """A private key as openssl writes it, and its DNS record."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def ed25519_key() -> tuple[bytes, bytes]:
    """The seed in base64, and its DNS record (RFC 8463)."""
    key = ed25519.Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    return base64.b64encode(key.private_bytes_raw()) + b"\n", b"v=DKIM1; k=ed25519; p=" + base64.b64encode(public)


@pytest.mark.parametrize("make", [rsa_key, ed25519_key])
def test_a_signature_holds_for_the_bytes_that_arrive(make: Callable[[], tuple[bytes, bytes]], tmp_path: Path) -> None:
    """By the library's own verifier; one changed byte breaks it, and one click is covered (RFC 8058 section 4)."""
    private, record = make()
    path = tmp_path / "dkim.key"
    path.write_bytes(private)
    raw = sent(dkim_selector="cairn", dkim_key_file=path, list_id="milestones.acme.example", sender_name="Команда" * 9)
    asked: list[bytes] = []

    def dns(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return record

    assert raw.startswith(b"DKIM-Signature:")
    assert dkim.verify(raw, dnsfunc=dns)
    assert asked[0].rstrip(b".") == b"cairn._domainkey.acme.example"
    assert not dkim.verify(raw.replace(b"Ten documents", b"Two documents"), dnsfunc=dns)
    signed = raw.partition(b"h=")[2].partition(b";")[0].replace(b"\r\n", b"").replace(b" ", b"").lower()
    assert {b"from", b"subject", b"list-unsubscribe", b"list-unsubscribe-post", b"list-id"} <= {*signed.split(b":")}
