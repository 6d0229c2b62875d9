"""What the portal must know before it can serve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from channels.portal.product import Product
from channels.portal.seal import check_keys
from schemas.errors import CairnError
from stream.runtime.exits import Exit
from stream.runtime.settings import Portal


class SettingError(CairnError):
    """A setting of the portal cannot be used."""

    exit = Exit.USAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSettings:
    """The portal's settings, checked when made.

    - `public_url`: the address under which the world reaches the portal; a proxy takes its path away.
    - `product_name`, `product_url`: named and linked on each page.
    - `keys`: secrets that sign links, at least 32 bytes each; the first signs, all verify.
    - `image_url`: the picture of link previews, best 1200 x 630; None is the portal's own.
    - `trusted_proxies`: how many proxies in front add to X-Forwarded-For; 0 believes no such header.
    - `requests_per_second`, `burst`: of one client address; `clients` is how many are remembered.
    - `connections_per_client`: requests of one client address that are under way at once.
    - `publish_seconds`: how long an unsubscription may take to be written before the page says to try again.

    Raises:
        SettingError: an address is not an http(s) URL, or a number is out of its range.
        KeysError: there is no key, or one is too short.
    """

    public_url: str
    product_name: str
    product_url: str
    keys: Sequence[str] = field(repr=False)
    image_url: str | None = None
    trusted_proxies: int = 0
    requests_per_second: float = 5.0
    burst: int = 60
    clients: int = 20_000
    connections_per_client: int = 100
    publish_seconds: float = 10.0

    def __post_init__(self) -> None:
        check_keys(self.keys)
        for name in ("public_url", "product_url", "image_url"):
            _check_url(name, getattr(self, name))
        if not self.product_name.strip():
            raise SettingError("product_name is empty", "product_name", "set the name that your customers know")
        for name, least in (("trusted_proxies", 0), ("burst", 1), ("clients", 1), ("connections_per_client", 1)):
            if getattr(self, name) < least:
                raise SettingError(f"{name} is {getattr(self, name)}", name, f"set it to {least} or more")
        for name in ("requests_per_second", "publish_seconds"):
            if not getattr(self, name) > 0:
                raise SettingError(f"{name} is {getattr(self, name)}", name, "set it to more than 0")

    @classmethod
    def of(cls, section: Portal, product: Product) -> PortalSettings:
        """The settings of the section `[portal]`, for the product of the rules in force. Raises as the class does."""
        return cls(
            public_url=section.public_url,
            product_name=product.name,
            product_url=product.url,
            keys=section.keys,
            image_url=section.image_url,
            trusted_proxies=section.trusted_proxies,
            requests_per_second=section.requests_per_second,
            burst=section.burst,
            connections_per_client=section.connections_per_client,
            publish_seconds=section.publish_timeout,
        )

    @property
    def path(self) -> str:
        """The path of `public_url` without a slash at its end: empty, or such as `/celebrate`."""
        return urlsplit(self.public_url).path.rstrip("/")


def faults_of(section: Portal) -> dict[str, CairnError]:
    """Return everything for which the section `[portal]` cannot be served, by the name of the setting."""
    checks: dict[str, Callable[[], None]] = {
        "public_url": lambda: _check_url("public_url", section.public_url),
        "keys": lambda: check_keys(section.keys),
        "image_url": lambda: _check_url("image_url", section.image_url),
    }
    faults: dict[str, CairnError] = {}
    for name, check in checks.items():
        try:
            check()
        except CairnError as error:
            faults[name] = error
    return faults


def _check_url(name: str, url: str | None) -> None:
    if url is None:
        return
    parts = urlsplit(url)
    # A `javascript:` address would run in the page: escaping does not help inside href.
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise SettingError(f"{name} is no http(s) address: {url!r}", name, "write it whole: https://acme.example/path")
    if name == "public_url" and (parts.query or parts.fragment):
        raise SettingError("public_url has a query or a fragment", name, "leave out what follows ? or #")
