"""A service with TLS on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from channels.testing.certificate import Certificate
from channels.testing.push_service import PushService


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def service(certificate: Certificate) -> Iterator[PushService]:
    with PushService(certificate=certificate) as service:
        yield service
