"""What DNS says of the domain that messages come from: SPF, DKIM and DMARC. The only importer of dnspython."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import dns.exception
import dns.resolver

from channels.email.dkim_signer import DkimSigner

LIFETIME = 3.0
"""Seconds for one question, retries included; four are asked at most."""
_SPECIAL = frozenset({"example", "invalid", "localhost", "test", "local"})
"""Domains that no public DNS has (RFC 6761, RFC 6762)."""

Texts = Callable[[str], list[str]]
"""Gives the TXT records of a name, none where there is none; raises `NoDnsError` where nobody answers."""


class NoDnsError(Exception):
    """No name server answered in time."""


@dataclass(frozen=True, slots=True)
class SenderRecords:
    """What is there, and each thing that is missing with its cure."""

    found: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]


def texts(name: str) -> list[str]:
    """Ask the system's name servers.

    Raises:
        NoDnsError: none answered within `LIFETIME`.
    """
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=LIFETIME)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise NoDnsError(type(error).__name__) from None
    return [b"".join(each.strings).decode("utf-8", "replace") for each in answer]


def is_public(domain: str) -> bool:
    """Whether DNS can know it at all."""
    return domain.rpartition(".")[2] not in _SPECIAL


def sender_records(domain: str, signer: DkimSigner | None, ask: Texts = texts) -> SenderRecords:
    """Look at the three. Without a signer of ours the mail server signs, by a selector that is not known here.

    Raises:
        NoDnsError: no name server answered.
    """
    found: list[str] = []
    missing: list[tuple[str, str]] = []
    spf = [each for each in ask(domain) if each.lower().split(" ")[0] == "v=spf1"]
    if len(spf) == 1:
        found.append("SPF")
    elif spf:
        missing.append(
            (f"{len(spf)} SPF records, which count as none (RFC 7208)", f"leave one v=spf1 record at {domain}")
        )
    else:
        missing.append(("no SPF record", f"publish the v=spf1 record that your mail provider names, at {domain}"))
    if signer is not None:
        name = f"{signer.selector}._domainkey.{domain}"
        if any(signer.is_published(each) for each in ask(name)):
            found.append("DKIM")
        else:
            missing.append((f"no DKIM record at {name} that fits the key", "publish the public half of the key there"))
    # The organisation's record holds for its subdomains (RFC 7489 section 6.6.3).
    parent = ".".join(domain.split(".")[-2:])
    names = dict.fromkeys((f"_dmarc.{domain}", f"_dmarc.{parent}"))
    if any(each.lower().replace(" ", "").startswith("v=dmarc1") for name in names for each in ask(name)):
        found.append("DMARC")
    else:
        missing.append(
            (
                "no DMARC record, which Gmail and Yahoo ask for",
                f"publish v=DMARC1; p=none at _dmarc.{domain}",
            )
        )
    return SenderRecords(tuple(found), tuple(missing))
