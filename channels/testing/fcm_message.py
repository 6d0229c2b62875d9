"""A message as FCM HTTP v1 takes it, and what it refuses in one."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PAYLOAD_LIMIT, TOPIC_PAYLOAD_LIMIT = 4096, 2048
"""Bytes, for a message to a device and to a topic."""

_LONGEST_TTL = 28 * 24 * 60 * 60
_DEVICES = ("token", "fid")
_TARGETS = (*_DEVICES, "topic", "condition")
_FIELDS = {*_TARGETS, "name", "data", "notification", "android", "webpush", "apns", "fcm_options"}
_RESERVED = re.compile(r"from|message_type|google\..*|gcm\..*|google|gcm")
_SECONDS = re.compile(r"(\d+)(\.\d{1,9})?s")


@dataclass(frozen=True, slots=True)
class FcmMessage:
    """A message that was accepted. `name` is its id, `body` what stood under "message" in the request, parsed."""

    name: str
    project: str
    body: Mapping[str, Any]

    @property
    def device(self) -> str | None:
        """The registration token or installation id that it was sent to; None for a topic or a condition."""
        return target(self.body)[1]


def target(body: object) -> tuple[str, str | None]:
    """The field that names the device, `token` or `fid` (Firebase installation id), and what it names; None if none."""
    if isinstance(body, dict):
        for field in _DEVICES:
            if isinstance(body.get(field), str):
                return field, body[field]
    return "token", None


def violation(body: object) -> tuple[str, str] | None:
    """The first field of a message that FCM refuses, with the reason; None if it would take it.

    The size is that of everything but the target, as compact JSON in UTF-8: FCM does not say how it counts.
    """
    if not isinstance(body, dict):
        return "message", "Invalid value: an object is expected."
    if unknown := sorted(body.keys() - _FIELDS):
        return "message", f'Unknown name "{unknown[0]}": Cannot find field.'
    targets = [each for each in _TARGETS if body.get(each)]
    if len(targets) != 1 or not isinstance(body[targets[0]], str):
        return "message", "Exactly one of token, fid, topic or condition is required."
    data = body.get("data", {})
    if not isinstance(data, dict) or not all(isinstance(each, str) for each in data.values()):
        return "message.data", "Invalid value (TYPE_STRING)."
    if reserved := [each for each in data if _RESERVED.fullmatch(each)]:
        return f"message.data[{reserved[0]}]", f"Invalid data payload key: {reserved[0]}"
    android = body.get("android", {})
    ttl = android.get("ttl", "0s") if isinstance(android, dict) else android
    if not (given := _SECONDS.fullmatch(str(ttl))) or int(given[1]) > _LONGEST_TTL:
        return "message.android.ttl", f"Invalid duration: {ttl}"
    payload = {name: value for name, value in body.items() if name not in _TARGETS}
    limit = PAYLOAD_LIMIT if targets[0] in _DEVICES else TOPIC_PAYLOAD_LIMIT
    if len(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()) > limit:
        return "message", "Message is too big"
    return None
