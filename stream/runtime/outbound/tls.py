"""What the certificates of endpoints are verified by."""

from __future__ import annotations

import ssl
from pathlib import Path

from schemas.errors import CairnError
from stream.runtime.exits import Exit


def client_tls() -> ssl.SSLContext:
    """Certificates and host names are verified, by the system's CAs."""
    return _context(None)


def loopback_tls(ca_file: Path | None, setting: str) -> ssl.SSLContext:
    """Likewise, by the CAs of the file, for endpoints on this machine; None is the system's. `setting` named the file.

    Raises:
        CairnError: it cannot be read (exit 2).
    """
    try:
        return _context(ca_file)
    except OSError as error:  # ssl.SSLError is one
        raise CairnError(
            f"cannot read CA certificates: {error.strerror or type(error).__name__}",
            f"{setting} = {ca_file}",
            "name a PEM file, or leave the setting out to trust the system's",
            exit=Exit.USAGE,
        ) from None


def _context(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca_file)
    context.set_alpn_protocols(["http/1.1"])
    return context
