"""A push service with TLS on this machine, and browsers that subscribe to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from channels.testing.certificate import Certificate
from channels.testing.push_service import PushService
from channels.web_push.keys import VapidKeys
from schemas.contact import WebPushTarget
from tests.channels.web_push.pushes import target


@pytest.fixture(scope="session")
def keys() -> VapidKeys:
    return VapidKeys.generate()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def service(certificate: Certificate) -> Iterator[PushService]:
    with PushService(certificate=certificate) as service:
        yield service


@pytest.fixture
def subscribe(service: PushService, keys: VapidKeys) -> Callable[[], WebPushTarget]:
    """A new browser that subscribed with our key."""
    return lambda: target(service.subscribe(keys.public))
