"""The portal's own port."""

from __future__ import annotations

import errno
import socket

from schemas.errors import CairnError
from stream.runtime.exits import Exit


class PortalPortError(CairnError):
    """The portal cannot listen where it is told to."""

    exit = Exit.USAGE


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; `port` 0 picks a free one.

    Raises:
        PortalPortError: the port is taken, forbidden, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise _cannot_listen(host, port, error) from error


def _cannot_listen(host: str, port: int, error: OSError) -> PortalPortError:
    if error.errno == errno.EADDRINUSE:
        what, fix = f"port {port} on {host} is taken by another process", "stop that process, or set portal.port"
    elif error.errno == errno.EACCES:
        what, fix = f"port {port} needs more rights than this user has", "set portal.port to one above 1023"
    else:
        what = f"cannot listen on {host} port {port}: {error.strerror or error}"
        fix = "set portal.host to an address of this machine; 0.0.0.0 is all of them"
    return PortalPortError(what, "portal.host and portal.port", fix)
