"""SPF, DKIM and DMARC, from what a name server would say."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from channels.email.dkim_signer import DkimSigner
from channels.email.sender_records import NoDnsError, is_public, sender_records
from tests.channels.email.test_own_headers import ed25519_key, rsa_key


def answer(zone: dict[str, list[str]], name: str) -> list[str]:
    return zone.get(name, [])


def test_all_three_are_there(tmp_path: Path) -> None:
    """The key's record is tried with a signature; the parent's DMARC holds for its subdomain."""
    for make in (rsa_key, ed25519_key):
        private, record = make()
        path = tmp_path / "key"
        path.write_bytes(private)
        zone = {
            "mail.acme.com": ["v=spf1 include:x -all", "other=1"],
            "cairn._domainkey.mail.acme.com": [record.decode()],
            "_dmarc.acme.com": ["v=DMARC1; p=none"],
        }
        signer = DkimSigner.of("mail.acme.com", "cairn", path)
        found = sender_records("mail.acme.com", signer, partial(answer, zone))
        assert (found.found, found.missing) == (("SPF", "DKIM", "DMARC"), ())


def test_what_is_missing_has_a_cure(tmp_path: Path) -> None:
    """Two SPF records are none; the record of another key is none of ours."""
    path = tmp_path / "key"
    path.write_bytes(rsa_key()[0])
    zone = {"acme.com": ["v=spf1 -all", "v=spf1 ~all"], "cairn._domainkey.acme.com": [rsa_key()[1].decode()]}
    found = sender_records("acme.com", DkimSigner.of("acme.com", "cairn", path), partial(answer, zone))
    assert found.found == ()
    assert [what.split()[1] for what, _ in found.missing] == ["SPF", "DKIM", "DMARC"]
    assert all(cure for _, cure in found.missing)


def test_without_dns_nothing_is_claimed() -> None:
    def nobody(name: str) -> list[str]:
        raise NoDnsError("LifetimeTimeout")

    with pytest.raises(NoDnsError):
        sender_records("acme.com", None, nobody)


@pytest.mark.parametrize(("domain", "public"), [("acme.com", True), ("acme.example", False), ("x.test", False)])
def test_names_that_dns_cannot_know(domain: str, public: bool) -> None:
    assert is_public(domain) is public
