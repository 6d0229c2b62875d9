"""FCM HTTP v1 on 127.0.0.1, with the OAuth2 endpoint that its clients ask for access tokens.

    with FcmService() as service:                                            # or `async with`
        device = service.register()                                          # what a phone would hand out
        service.answer(FcmError.QUOTA_EXCEEDED.answer(retry_after=60), device=device)
        service.answer(Answer(502, "<html>"), Answer(drop=Drop.AFTER))       # the next two requests
        app = firebase_admin.initialize_app(credentials.Certificate(service.service_account()))
        messaging._get_messaging_service(app)._fcm_url = service.send_url
        messaging.send(messaging.Message(token=device, data={"milestone": "documents-10"}), app=app)
    assert service.messages[0].device == device

firebase-admin has no public setting for FCM's address, and no emulator variable. `_fcm_url` is one app's own and goes
with `delete_app`; it serves `send`, `send_each` and `send_each_async` alike. `messaging._MessagingService.FCM_URL`
(with `{0}` for the project) would turn all apps that send for the first time afterwards. The token endpoint needs no
trick: `token_uri` in the credentials names it. A client that builds the request itself posts to `send_url`.
"""

import json
import secrets
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from channels.testing.fcm_error import FcmError
from channels.testing.fcm_message import FcmMessage, target, violation
from channels.testing.http_counterpart import Attempt, HttpCounterpart, response
from channels.testing.script import Answer, Drop
from channels.testing.service_account import LIFETIME, InvalidGrant, ServiceAccount

__all__ = ["Answer", "Drop", "FcmError", "FcmMessage", "FcmService"]

_TOKENS = "/token"


class FcmService(HttpCounterpart):
    """One Firebase project. `messages` holds what was accepted, in order, dry runs (`validate_only`) left out.

    Who sends is known by a token of its service account; devices are those that `register` was called for. Both kinds
    of request are among the `attempts`.
    """

    def __init__(self, project: str = "cairn-test") -> None:
        super().__init__()
        self.project = project
        self.messages: list[FcmMessage] = []
        self._devices: dict[tuple[str, str], str] = {}
        self._gone: set[str] = set()

    @property
    def send_url(self) -> str:
        """Where messages are posted to."""
        return f"{self.url}/v1/projects/{self.project}/messages:send"

    def service_account(self) -> dict[str, str]:
        """Credentials, as `firebase_admin.credentials.Certificate` takes them; good for this run of the service."""
        return self._account.credentials()

    def revoke_access_tokens(self) -> None:
        """Every sender must ask for a new one: UNAUTHENTICATED for those granted so far."""
        self._account.revoke()

    def register(self, project: str | None = None, fid: bool = False) -> str:
        """A new device's registration token; with `fid` its installation id, which the field of that name takes.

        A device of the app of another `project` is answered with SENDER_ID_MISMATCH, one that was never registered with
        INVALID_ARGUMENT and FCM's words for it.
        """
        device = secrets.token_urlsafe(16)
        if not fid:
            device += f":APA91b{secrets.token_urlsafe(100)}"
        self._devices["fid" if fid else "token", device] = project or self.project
        return device

    def unregister(self, device: str) -> None:
        """The app was removed from that device: from now on UNREGISTERED."""
        self._gone.add(device)

    def answer(self, *answers: Answer, device: str | None = None) -> None:
        """Give these answers to the next messages, once each; with `device`, to those for that one only."""
        self._script.add(device, *answers)

    def keep_answering(self, answer: Answer, device: str | None = None) -> None:
        """Give this answer to messages from now on; `Answer()` ends it."""
        self._script.keep(device, answer)

    def answer_token_request(self, *answers: Answer) -> None:
        """Give these answers to the next requests for an access token, once each."""
        self._script.add(_TOKENS, *answers)

    async def _start(self) -> None:
        await super()._start()
        self._account = ServiceAccount(self.project, self.url + _TOKENS)

    def _routes(self) -> Sequence[web.RouteDef]:
        return [
            web.post(_TOKENS, self._grant),
            web.post("/v1/projects/{project}/messages:send", self._send),
        ]

    async def _grant(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}

        def own(attempt: Attempt) -> web.Response:
            try:
                token = self._account.grant(form)
            except InvalidGrant as error:
                return web.json_response({"error": "invalid_grant", "error_description": str(error)}, status=400)
            return web.json_response({"access_token": token, "expires_in": LIFETIME - 1, "token_type": "Bearer"})

        return await self._respond(request, [_TOKENS], own)

    async def _send(self, request: web.Request) -> web.StreamResponse:
        project, sent = request.match_info["project"], _json(await request.read())
        message: Any = sent.get("message")

        def own(attempt: Attempt) -> web.Response:
            refusal = self._refusal(attempt.headers.get("Authorization", ""), project, message)
            if refusal is not None:
                return response(refusal)
            dry = sent.get("validate_only") is True
            number = "fake_message_id" if dry else f"0:{len(self.messages) + 1}%{secrets.token_hex(8)}"
            accepted = FcmMessage(f"projects/{project}/messages/{number}", project, message)
            if not dry:
                self.messages.append(accepted)
            return web.json_response({"name": accepted.name})

        return await self._respond(request, [target(message)[1], None], own)

    def _refusal(self, authorization: str, project: str, message: Any) -> Answer | None:
        if not self._account.lets_in(authorization):
            return FcmError.UNAUTHENTICATED.answer()
        if project != self.project:
            return FcmError.PERMISSION_DENIED.answer()
        if (found := violation(message)) is not None:
            return FcmError.INVALID_ARGUMENT.answer(field=found[0], reason=found[1])
        field, device = target(message)
        if device is None:
            return None
        if (field, device) not in self._devices:
            # Of a token FCM names no field: its words are all that tell this from a message that is at fault.
            reason = "The registration token is not a valid FCM registration token"
            named = None if field == "token" else f"message.{field}"
            return FcmError.INVALID_ARGUMENT.answer(field=named, reason=reason)
        if self._devices[field, device] != self.project:
            return FcmError.SENDER_ID_MISMATCH.answer()
        return FcmError.UNREGISTERED.answer() if device in self._gone else None


def _json(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
