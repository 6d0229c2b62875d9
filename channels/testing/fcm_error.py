"""The errors that FCM documents (its `ErrorCode` reference), with the body by which clients tell them apart."""

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any

from channels.testing.script import Answer

_TYPE = "type.googleapis.com/"


class FcmError(Enum):
    """HTTP status, canonical code, words. The name is FCM's `errorCode`; the last two are Google's own, without one."""

    INVALID_ARGUMENT = (400, "INVALID_ARGUMENT", "The request contains an invalid argument.")
    UNREGISTERED = (404, "NOT_FOUND", "Requested entity was not found.")
    SENDER_ID_MISMATCH = (403, "PERMISSION_DENIED", "SenderId mismatch")
    QUOTA_EXCEEDED = (429, "RESOURCE_EXHAUSTED", "Quota exceeded for the sending limit.")
    UNAVAILABLE = (503, "UNAVAILABLE", "The service is currently unavailable.")
    INTERNAL = (500, "INTERNAL", "Internal error encountered.")
    THIRD_PARTY_AUTH_ERROR = (401, "UNAUTHENTICATED", "Auth error from APNS or Web Push Service")
    UNAUTHENTICATED = (401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
    PERMISSION_DENIED = (403, "PERMISSION_DENIED", "Permission denied on the project.")

    def answer(self, retry_after: int | str | None = None, field: str | None = None, reason: str = "") -> Answer:
        """The error as an answer.

        `retry_after` is in seconds, or an HTTP date. `field` (as in `message.token`) is the one that INVALID_ARGUMENT
        says is wrong, `reason` why: that is all that tells a bad token from a bad payload.
        """
        status, code, words = self.value
        details: list[Mapping[str, Any]] = []
        if self not in (FcmError.UNAUTHENTICATED, FcmError.PERMISSION_DENIED):
            details.append({"@type": f"{_TYPE}google.firebase.fcm.v1.FcmError", "errorCode": self.name})
        if field is not None:
            violations = [{"field": field, "description": reason or words}]
            details.append({"@type": f"{_TYPE}google.rpc.BadRequest", "fieldViolations": violations})
        error = {"code": status, "message": reason or words, "status": code, "details": details}
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return Answer(status, json.dumps({"error": error}), headers)
