"""No contact data in logs: the last processor before rendering masks it, whatever a caller put in."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

from stream.runtime.masking import MASK, is_secret

_PERSONAL = frozenset({
    "contact", "contact_id", "email", "e_mail", "mail", "name", "first_name", "last_name", "full_name",
    "phone", "address", "locale", "time_zone", "attributes", "properties", "payload", "body", "key",
    "value", "row", "rows", "fcm_key", "fcm_keys", "web_push_target", "web_push_targets", "endpoint",
    "p256dh", "auth",
})  # fmt: skip
"""Fields of contacts and usage events (see `schemas`), and the usual names for a whole record or row."""
_COUNTED = frozenset({"rows"})
"""Names among them that say how many as often as which: a number tells of nobody."""

# What comes before the @ is bounded, so that a long text without any @ costs no more than one pass.
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_EMAIL_MASK = "[email]"


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: personal and secret fields become a mask, e-mail addresses inside texts too,
    at any depth."""
    for key, value in event.items():
        event[key] = _masked(key, value)
    return event


def _masked(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if key.lower() in _COUNTED and isinstance(value, (int, float)):
        return value
    if key.lower() in _PERSONAL or is_secret(key):
        return MASK
    return _cleaned(value)


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return _EMAIL.sub(_EMAIL_MASK, value)
        case int() | float():
            return value
        case bytes() | bytearray() | memoryview():
            return f"[{len(value)} bytes]"  # raw records and keys
        case Mapping():
            return {str(key): _masked(str(key), item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_cleaned(item) for item in value]
        case _:
            return _EMAIL.sub(_EMAIL_MASK, str(value))
