"""What the doctor says of the domain that messages come from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from channels.email import sender_records
from deploy.cli.doctor.check import Check, Mark
from deploy.cli.doctor.sender_domain import sender_domain
from stream.runtime.settings import Settings
from tests.channels.email.samples import settings

ALL = {"acme.com": ["v=spf1 include:x -all"], "_dmarc.acme.com": ["v=DMARC1; p=none"]}
Zone = dict[str, list[str]]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Check]:
    """Ask with a zone in place of the system's name servers; None: nobody answers."""

    def look(zone: Zone | None, **email: Any) -> Check:
        def texts(name: str) -> list[str]:
            if zone is None:
                raise sender_records.NoDnsError("LifetimeTimeout")
            return zone.get(name, [])

        look_up = partial(sender_records.sender_records, ask=texts)
        with monkeypatch.context() as patch:
            patch.setattr(sender_records, "sender_records", look_up)
            return sender_domain(settings(**{"sender": "hello@acme.com", **email}))

    return look


def test_who_sends_no_email_has_nothing_to_mend() -> None:
    check = sender_domain(Settings())
    assert (check.mark, "email.sender" in check.finding) == (Mark.SKIP, True)


def test_a_sound_domain(seen: Callable[..., Check]) -> None:
    """The mail server signs by a selector that nobody here knows, and that is said."""
    check = seen(ALL)
    assert check.mark is Mark.OK
    assert check.finding.startswith("acme.com has SPF, DMARC; DKIM is the mail server's")


def test_what_is_missing_is_told_with_its_cure(seen: Callable[..., Check]) -> None:
    """A warning, no failure: mail still goes, and half of it to spam."""
    check = seen({"acme.com": ["v=spf1 -all"]})
    assert check.mark is Mark.WARN
    assert "no DMARC record" in check.finding
    assert "_dmarc.acme.com" in (check.cure or "")
    assert "no SPF record" in seen({}).finding


@pytest.mark.parametrize("domain", ["acme.example", "mail.acme.invalid", "acme.test", "acme.local"])
def test_a_domain_that_dns_cannot_know_is_not_asked_for(seen: Callable[..., Check], domain: str) -> None:
    check = seen(None, sender=f"hello@{domain}")
    assert (check.mark, domain in check.finding) == (Mark.SKIP, True)


def test_without_dns_nothing_is_claimed(seen: Callable[..., Check]) -> None:
    """Behind a wall there is none, and that is no fault of the domain."""
    check = seen(None)
    assert (check.mark, "no name server answers" in check.finding) == (Mark.SKIP, True)


def test_settings_that_cannot_work_are_the_other_checks(seen: Callable[..., Check]) -> None:
    assert seen(ALL, postal_address="").mark is Mark.SKIP
