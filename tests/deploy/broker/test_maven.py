"""What a download leaves behind in its process: nothing."""

from __future__ import annotations

import ssl
from pathlib import Path

import truststore

from deploy.broker.maven import Maven


def test_the_machines_own_authorities_are_trusted_for_the_download_alone(tmp_path: Path) -> None:
    """The process goes on to serve TLS itself, and each connection would read the machine's list once more."""
    before = ssl.SSLContext

    with Maven(tmp_path):
        assert ssl.SSLContext is truststore.SSLContext

    assert ssl.SSLContext is before
