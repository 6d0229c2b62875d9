"""Which endpoints are let in. An endpoint is an address that a stranger chose, and we are to post to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from yarl import URL

from schemas.errors import CairnError
from stream.runtime.exits import Exit

LONGEST = 2_048
"""Characters, as in the contract of a contact."""
LOOPBACK_HOSTS = ("127.0.0.1", "localhost")


class EndpointError(Exception):
    """It is not let in. Its text is the reason, and does not hold the endpoint: whoever knows that may push to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An endpoint that was let in. `url` is sent to as it is, `origin` (RFC 6454) is what a token is signed for."""

    url: URL
    host: str
    origin: str
    loopback: bool


class EndpointPolicy:
    """Lets in https: at hosts that are named and their subdomains, on port 443; or at every name, on every port.

    The whole form is given by one pattern and not found by a lenient parser, so nothing that two parsers read in two
    ways comes through: user names, fragments, backslashes, trailing dots, addresses instead of names. A browser gives
    an endpoint as a serialised URL, which is ASCII: a name in another script is refused, not converted.
    """

    def __init__(self, hosts: Iterable[str] | None, *, loopback: bool = False, setting: str = "") -> None:
        """Take the hosts; with `loopback` also https://127.0.0.1 and https://localhost, at every port.

        None is for endpoints that the operator wrote: every name will do. `setting` is where hosts are named.

        Raises:
            CairnError: a host cannot be one (exit 2).
        """
        self._hosts = None if hosts is None else tuple(_host(each, setting) for each in hosts)
        self._setting = setting
        self._loopback = loopback

    def check(self, text: str) -> Endpoint:
        """Return the endpoint.

        Raises:
            EndpointError: it is not let in.
        """
        if len(text) > LONGEST:
            raise EndpointError("the endpoint is too long")
        parts = _FORM.fullmatch(text)
        if parts is None:
            raise EndpointError("the endpoint is no https address")
        host, port, rest = parts["host"].lower(), int(parts["port"] or 443), parts["rest"]
        loopback = self._loopback and host in LOOPBACK_HOSTS
        if not loopback:
            self._check_remote(host, port)
        origin = f"https://{host}" if port == 443 else f"https://{host}:{port}"
        return Endpoint(url=URL(origin + rest, encoded=True), host=host, origin=origin, loopback=loopback)

    def _check_remote(self, host: str, port: int) -> None:
        if not _NAME.fullmatch(host):
            raise EndpointError("the endpoint's host is no name")
        if self._hosts is None:
            if not 0 < port <= 65535:
                raise EndpointError("the endpoint's port is none")
            return
        if not any(host == each or host.endswith(f".{each}") for each in self._hosts):
            raise EndpointError(f"the endpoint's host is none of {self._setting}")
        if port != 443:
            raise EndpointError("the endpoint's port is not 443")


# RFC 3986: what a path and a query are made of. No userinfo, no fragment, no brackets of an IPv6 address.
_FORM = re.compile(
    r"https://(?P<host>[A-Za-z0-9.-]{1,253})(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?)"
)
# Two labels or more, none empty, so no dot at the end. The last begins with a letter: 127.1 and 0x7f.1 are addresses to
# some resolvers (WHATWG URL, "ends in a number").
_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")


def _host(name: str, setting: str) -> str:
    """A host of the setting in the form that endpoints have it: lower case, IDNA."""
    try:
        host = URL.build(scheme="https", host=name.strip()).raw_host or ""
    except ValueError:
        host = ""
    if not _NAME.fullmatch(host):
        raise CairnError(
            f"this is no name of a host: {name!r}",
            setting,
            "name hosts as push.example.com, without scheme, port, star or dot at the end; subdomains are let in too",
            exit=Exit.USAGE,
        )
    return host
