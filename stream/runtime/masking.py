"""What must never be shown: which settings hold secrets, and how they look when printed."""

import re
from collections.abc import Iterator, Mapping

MASK = "********"

_SECRET = re.compile(
    r"password|secret|token|passphrase|credential|user\.info|sasl\.jaas\.config|sasl\.oauthbearer\.config"
    r"|ssl\.key\.pem|ssl_key|ssl\.keystore\.(pem|bytes)|private.key|(erasure|reward).key|portal\.keys",
    re.IGNORECASE,
)
# They name a place, not the secret itself, and a wrong place must be seen to be mended.
_PLACE = re.compile(r"\.(location|url|uri|file|path)$", re.IGNORECASE)
_URL_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")
# Whoever knows the path of such an endpoint may post to it: chats give it a token. The host is shown, to be mended.
_ENDPOINTS = re.compile(r"webhooks\.urls$", re.IGNORECASE)
_URL_PATH = re.compile(r"(://[^/?#,\s]+)[/?#][^,\s]+")


def is_secret(key: str) -> bool:
    """Whether the value under this settings key or librdkafka property is a secret."""
    return bool(_SECRET.search(key)) and not _PLACE.search(key)


def shown(key: str, value: object) -> str:
    """`value` as it may be printed: secrets masked whole, the login of a URL and the paths of webhooks inside it."""
    if is_secret(key):
        return MASK if value else ""
    text = _URL_LOGIN.sub(f"{MASK}@", str(value))
    return _URL_PATH.sub(rf"\1/{MASK}", text) if _ENDPOINTS.search(key) else text


class Properties(Mapping[str, str]):
    """librdkafka properties: read-only, and secrets stay masked however the object is printed."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = dict(values or {})

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr({name: shown(name, value) for name, value in self._values.items()})

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return self._values == dict(other)
