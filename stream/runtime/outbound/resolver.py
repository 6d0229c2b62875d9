"""Looks names up so that a connection can only lead to an address that was judged."""

from __future__ import annotations

import socket

from aiohttp.abc import AbstractResolver, ResolveResult

from stream.runtime.outbound.addresses import is_loopback, is_public
from stream.runtime.outbound.endpoint import LOOPBACK_HOSTS


class AddressError(Exception):
    """A host has an address that is not public. It holds neither."""


class VettedResolver(AbstractResolver):
    """Gives the addresses of a host to aiohttp, which connects to them and asks nobody again.

    To check first and let the client look the name up once more would be no check: the second answer may differ (DNS
    rebinding). One bad address among good ones refuses the host, since which of them is tried is not ours to choose.
    """

    def __init__(self, inner: AbstractResolver, *, loopback: bool) -> None:
        """Take the resolver that is asked; with `loopback` the name localhost may lead to this machine."""
        self._inner, self._loopback = inner, loopback

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses.

        Raises:
            AddressError: one of them is not public.
            OSError: the name is not known, or nobody answers.
        """
        found = await self._inner.resolve(host, port, family)
        fit = is_loopback if self._loopback and host in LOOPBACK_HOSTS else is_public
        if not all(fit(each["host"]) for each in found):
            raise AddressError
        return found

    async def close(self) -> None:
        """Let go of the resolver that is asked."""
        await self._inner.close()
