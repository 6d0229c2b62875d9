"""Key files as people have them: what can sign does, what cannot says why."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from channels.email.dkim_signer import DkimKeyError, DkimSigner

RSA = rsa.generate_private_key(65537, 2048)
WEAK = rsa.generate_private_key(65537, 1024)
ED = ed25519.Ed25519PrivateKey.generate()
MESSAGE = b"From: <a@acme.example>\r\nSubject: x\r\n\r\nTen documents\r\n"


def pem(key: PrivateKeyTypes, passphrase: bytes | None = None) -> bytes:
    lock = ser.BestAvailableEncryption(passphrase) if passphrase else ser.NoEncryption()
    return key.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.PKCS8, lock)


def old_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.TraditionalOpenSSL, ser.NoEncryption())


def record(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    public = key.public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        return b"v=DKIM1; k=ed25519; p=" + base64.b64encode(public.public_bytes_raw())
    der = public.public_bytes(ser.Encoding.DER, ser.PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


def signer_of(tmp_path: Path, content: bytes) -> DkimSigner:
    path = tmp_path / "dkim.key"
    path.write_bytes(content)
    return DkimSigner.of("acme.example", "cairn", path)


@pytest.mark.parametrize(
    ("key", "write"),
    [
        (RSA, pem),
        (RSA, old_pem),
        (RSA, lambda key: pem(key).replace(b"\n", b"\r\n")),
        (RSA, lambda key: b"\xef\xbb\xbf" + pem(key)),
        (RSA, lambda key: b"Bag Attributes\n    friendlyName: cairn\n" + pem(key) + b"-----BEGIN CERTIFICATE-----\n"),
        (ED, pem),
        (ED, lambda key: base64.b64encode(key.private_bytes_raw()) + b"\n"),
    ],
)
def test_what_can_sign_does(
    tmp_path: Path,
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey,
    write: Callable[[rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey], bytes],
) -> None:
    """From an editor of Windows, out of a container, or as openssl writes it."""
    signature = signer_of(tmp_path, write(key)).signature(MESSAGE)
    assert dkim.verify(signature + MESSAGE, dnsfunc=lambda name, timeout=5: record(key))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "neither an RSA key in PEM nor an Ed25519 one"),
        (b"\xff\x00rubbish", "neither"),
        (pem(RSA)[:500], "neither"),
        (pem(RSA).replace(b"M", b"%", 3), "no RSA key in PEM that can be read"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "no RSA key in PEM that can be read"),
        (pem(RSA, b"secret"), "behind a passphrase"),
        (RSA.public_key().public_bytes(ser.Encoding.PEM, ser.PublicFormat.SubjectPublicKeyInfo), "neither"),
    ],
)
def test_what_cannot_sign_says_why_and_nothing_of_the_key(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(DkimKeyError, match=why) as refused:
        signer_of(tmp_path, content)
    assert content.decode("latin-1")[60:80] == "" or content.decode("latin-1")[60:80] not in str(refused.value)


def test_a_key_that_no_receiver_believes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 8301: 1,024 bits at least; libraries of today make none with fewer, files of yesterday hold them."""
    assert signer_of(tmp_path, pem(WEAK)).algorithm == "rsa-sha256"
    monkeypatch.setattr("channels.email.dkim_signer._LEAST_BITS", 1025)
    with pytest.raises(DkimKeyError, match="1024 bits"):
        signer_of(tmp_path, pem(WEAK))
