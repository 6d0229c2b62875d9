"""The errors that FCM documents (its `ErrorCode` reference), with the body by which clients tell them apart."""

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any

from channels.testing.script import Answer

_TYPE = "type.googleapis.com/"


class FcmError(Enum):
    """HTTP status, canonical code, words. The name is FCM's `errorCode`; the last five are Google's own."""

    INVALID_ARGUMENT = (400, "INVALID_ARGUMENT", "The request contains an invalid argument.")
    UNREGISTERED = (404, "NOT_FOUND", "Requested entity was not found.")
    SENDER_ID_MISMATCH = (403, "PERMISSION_DENIED", "SenderId mismatch")
    QUOTA_EXCEEDED = (429, "RESOURCE_EXHAUSTED", "Quota exceeded for the sending limit.")
    UNAVAILABLE = (503, "UNAVAILABLE", "The service is currently unavailable.")
    UNSPECIFIED_ERROR = (500, "UNKNOWN", "An error occurred.")
    INTERNAL = (500, "INTERNAL", "Internal error encountered.")
    THIRD_PARTY_AUTH_ERROR = (401, "UNAUTHENTICATED", "Auth error from APNS or Web Push Service")
    UNAUTHENTICATED = (401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
    PERMISSION_DENIED = (403, "PERMISSION_DENIED", "Permission denied on the project.")
    NOT_FOUND = (404, "NOT_FOUND", "Requested project was not found.")
    RESOURCE_EXHAUSTED = (429, "RESOURCE_EXHAUSTED", "Quota exceeded for the project.")
    DEADLINE_EXCEEDED = (504, "DEADLINE_EXCEEDED", "Deadline exceeded.")

    def answer(
        self,
        retry_after: int | str | None = None,
        field: str | None = None,
        reason: str = "",
        *,
        retry_delay: str | None = None,
        quota: str | None = None,
        apns: str | None = None,
    ) -> Answer:
        """The error as an answer.

        `retry_after` is in seconds, or an HTTP date; `retry_delay` is that of a `google.rpc.RetryInfo`, as "12s".
        `field` (as in `message.token`) is the one that INVALID_ARGUMENT says is wrong, `reason` why; of a token FCM
        gives the words alone. `quota` is the subject of a `google.rpc.QuotaFailure`, `apns` a reason of Apple that is
        passed on.
        """
        status, code, words = self.value
        details: list[Mapping[str, Any]] = []
        if self not in _NOT_FCMS:
            details.append({"@type": f"{_TYPE}google.firebase.fcm.v1.FcmError", "errorCode": self.name})
        if field is not None:
            violations = [{"field": field, "description": reason or words}]
            details.append({"@type": f"{_TYPE}google.rpc.BadRequest", "fieldViolations": violations})
        if quota is not None:
            of = [{"subject": quota, "description": "Quota exceeded."}]
            details.append({"@type": f"{_TYPE}google.rpc.QuotaFailure", "violations": of})
        if retry_delay is not None:
            details.append({"@type": f"{_TYPE}google.rpc.RetryInfo", "retryDelay": retry_delay})
        if apns is not None:
            said = {"statusCode": 410 if apns == "Unregistered" else 400, "reason": apns}
            details.append({"@type": f"{_TYPE}google.firebase.fcm.v1.ApnsError", **said})
        error = {"code": status, "message": reason or words, "status": code, "details": details}
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return Answer(status, json.dumps({"error": error}), headers)


_NOT_FCMS = (
    FcmError.UNAUTHENTICATED,
    FcmError.PERMISSION_DENIED,
    FcmError.NOT_FOUND,
    FcmError.RESOURCE_EXHAUSTED,
    FcmError.DEADLINE_EXCEEDED,
)
