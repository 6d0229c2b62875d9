"""librdkafka's properties, as aiokafka follows them."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from faust.auth import SASLCredentials, SSLCredentials

from channels.testing.certificate import Certificate
from schemas.errors import CairnError
from stream.reactions.security import credentials, passed_by
from stream.runtime.exits import Exit


def test_nothing_set_is_a_connection_in_clear() -> None:
    assert credentials({}) is None
    assert credentials({"security.protocol": "plaintext"}) is None


def test_a_login_over_tls(tmp_path: Path) -> None:
    certificate = Certificate(tmp_path)
    found = credentials(
        {
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": "cairn",
            "sasl.password": "s3cret",
            "ssl.ca.location": str(certificate.ca_file),
        }
    )
    assert isinstance(found, SASLCredentials)
    assert (found.protocol.value, found.mechanism.value) == ("SASL_SSL", "SCRAM-SHA-512")
    assert (found.username, found.password) == ("cairn", "s3cret")
    assert found.ssl_context is not None
    assert found.ssl_context.verify_mode == ssl.CERT_REQUIRED
    assert found.ssl_context.check_hostname
    assert len(found.ssl_context.get_ca_certs()) == 1


def test_tls_alone_and_a_host_name_that_is_not_looked_at() -> None:
    found = credentials({"security.protocol": "SSL", "ssl.endpoint.identification.algorithm": "none"})
    assert isinstance(found, SSLCredentials)
    assert not found.context.check_hostname
    assert found.context.verify_mode == ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("properties", "named"),
    [
        ({"sasl.oauthbearer.method": "oidc"}, "sasl.oauthbearer.method"),
        ({"ssl.keystore.location": "x.p12"}, "ssl.keystore.location"),
        ({"ssl.crl.location": "x"}, "ssl.crl.location"),
        ({"security.protocol": "SASL_SSL", "sasl.mechanism": "GSSAPI"}, "sasl.mechanism"),
        ({"security.protocol": "SASL_PLAINTEXT"}, "sasl.mechanism"),
        ({"security.protocol": "TLS"}, "security.protocol"),
    ],
)
def test_what_cannot_be_followed_is_refused(properties: dict[str, str], named: str) -> None:
    """Passed by in silence it would be a connection that is less safe than its operator believes."""
    with pytest.raises(CairnError) as raised:
        credentials(properties)
    assert raised.value.exit == Exit.USAGE
    assert raised.value.where == f"kafka.{named}"


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(CairnError, match="TLS files") as raised:
        credentials({"security.protocol": "SSL", "ssl.ca.location": "/nowhere/ca.pem"})
    assert raised.value.exit == Exit.USAGE


def test_tuning_is_passed_by_and_named() -> None:
    properties = {"client.rack": "a", "fetch.max.bytes": "1", "sasl.username": "x"}
    assert passed_by(properties) == ["client.rack", "fetch.max.bytes"]
