"""Cairn's `[kafka]` properties, which are librdkafka's, as aiokafka understands them. What it cannot do is refused."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

from schemas.errors import CairnError
from stream.runtime.exits import Exit

_TRANSLATED = frozenset(
    {
        "security.protocol",
        "sasl.mechanism",
        "sasl.mechanisms",
        "sasl.username",
        "sasl.password",
        "ssl.ca.location",
        "ssl.ca.pem",
        "ssl.certificate.location",
        "ssl.key.location",
        "ssl.key.password",
        "ssl.cipher.suites",
        "ssl.endpoint.identification.algorithm",
        "enable.ssl.certificate.verification",
    }
)
_SECURITY = ("sasl.", "ssl.", "security.", "enable.ssl", "enable.sasl")
"""What begins so decides who may read what: passing it by in silence would be wrong. The rest is tuning."""
_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
_MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


def credentials(properties: Mapping[str, str]) -> Any:
    """Return what Faust takes as `broker_credentials`; None for a connection in clear without a login.

    Raises:
        CairnError: USAGE, for a property that aiokafka cannot follow, or a file that cannot be read.
    """
    from faust.auth import SASLCredentials, SSLCredentials

    _refuse_unknown(properties)
    protocol = properties.get("security.protocol", "PLAINTEXT").upper()
    if protocol not in _PROTOCOLS:
        raise _refused("security.protocol", f"one of {', '.join(_PROTOCOLS)}")
    context = _tls(properties) if protocol.endswith("SSL") else None
    if not protocol.startswith("SASL"):
        return SSLCredentials(context) if context is not None else None
    mechanism = properties.get("sasl.mechanism", properties.get("sasl.mechanisms", "")).upper()
    if mechanism not in _MECHANISMS:
        raise _refused("sasl.mechanism", f"one of {', '.join(_MECHANISMS)}")
    return SASLCredentials(
        username=properties.get("sasl.username", ""),
        password=properties.get("sasl.password", ""),
        ssl_context=context,
        mechanism=mechanism,
    )


def passed_by(properties: Mapping[str, str]) -> list[str]:
    """The names of tuning properties, which librdkafka follows and reactions do not."""
    return sorted(name for name in properties if name not in _TRANSLATED and not name.startswith(_SECURITY))


def _refuse_unknown(properties: Mapping[str, str]) -> None:
    for name in sorted(properties):
        if name.startswith(_SECURITY) and name not in _TRANSLATED:
            raise _refused(name, "what reactions know: " + ", ".join(sorted(_TRANSLATED)))


def _refused(name: str, instead: str) -> CairnError:
    return CairnError(
        f"reactions cannot follow the property {name} as it is set",
        f"kafka.{name}",
        f"they use aiokafka, not librdkafka; use {instead}, or give reactions a cairn.toml of their own",
        exit=Exit.USAGE,
    )


def _tls(properties: Mapping[str, str]) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(
            cafile=properties.get("ssl.ca.location"), cadata=properties.get("ssl.ca.pem")
        )
        if (certificate := properties.get("ssl.certificate.location")) is not None:
            key = properties.get("ssl.key.location")
            context.load_cert_chain(certificate, key, properties.get("ssl.key.password"))
        if ciphers := properties.get("ssl.cipher.suites"):
            context.set_ciphers(ciphers)
    except OSError as error:  # ssl.SSLError is one
        raise CairnError(
            f"the TLS files cannot be used: {error.strerror or error}",
            "ssl.ca.location, ssl.certificate.location, ssl.key.location or ssl.cipher.suites in [kafka]",
            "name PEM files that this user may read",
            exit=Exit.USAGE,
        ) from None
    # librdkafka 2 verifies the host name by default ("https"), as Python does.
    if properties.get("ssl.endpoint.identification.algorithm", "https").lower() == "none":
        context.check_hostname = False
    if properties.get("enable.ssl.certificate.verification", "true").lower() == "false":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
