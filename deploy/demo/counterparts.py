"""The outer world of the demo: a mail server, a push service and an FCM on this machine, and who is where on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from channels.testing.certificate import Certificate
from channels.testing.fcm_message import FcmMessage
from channels.testing.fcm_service import FcmService
from channels.testing.mail_server import MailServer, Tls
from channels.testing.mailbox import Mail
from channels.testing.push_service import PushMessage, PushService
from deploy.demo.people import Person
from deploy.demo.received import Received


class Counterparts:
    """Runs the three; what arrives there is kept in order."""

    def __init__(self, application_server_key: str, folder: Path) -> None:
        """`application_server_key` is the public VAPID key that browsers subscribe with; `folder` is for its files."""
        self._key = application_server_key
        self.mail = MailServer(tls=Tls.STARTTLS, credentials=("cairn", "demo"))
        certificate = Certificate(folder)
        self.push_ca_file = certificate.ca_file
        self.push = PushService(certificate=certificate)
        self.fcm = FcmService("acme-boards")
        self._owners: dict[str, str] = {}
        """Contact by mailbox, endpoint and token."""
        self._taken = [0, 0, 0]

    def __enter__(self) -> Self:
        self.mail.__enter__()
        self.push.__enter__()
        self.fcm.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in (self.fcm, self.push, self.mail):
            each.__exit__(kind, error, trace)

    def profile(self, person: Person) -> dict[str, Any]:
        """The profile of somebody who signs up, with a browser and a phone where they agreed to be reached there."""
        browsers, phones = [], []
        if "web_push" in person.ways:
            subscription = self.push.subscribe(self._key)
            browsers.append(subscription.as_json())
            self._owners[subscription.endpoint] = person.id
        if "mobile_push" in person.ways:
            phones.append(self.fcm.register())
            self._owners[phones[0]] = person.id
        self._owners[person.email] = person.id
        return person.profile(browsers, phones)

    def write_service_account(self, path: Path) -> None:
        """Write the JSON file of the Firebase service account, for its owner's eyes only."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(self.fcm.service_account()), "utf-8")

    def arrivals(self) -> Iterator[Received]:
        """What has arrived since the last call."""
        mails, pushes, calls = self._taken
        self._taken = [len(self.mail.messages), len(self.push.messages), len(self.fcm.messages)]
        yield from map(self._mail, self.mail.messages[mails : self._taken[0]])
        yield from map(self._push, self.push.messages[pushes : self._taken[1]])
        yield from map(self._call, self.fcm.messages[calls : self._taken[2]])

    def _mail(self, mail: Mail) -> Received:
        place = mail.recipients[0]
        return Received(
            channel="email",
            contact=self._owners.get(place, ""),
            place=place,
            repeat=str(mail.email["Message-ID"]),
            title=str(mail.email["Subject"]),
            body=_part(mail.email, "plain"),
            html=_part(mail.email, "html"),
            language=mail.email["Content-Language"],
        )

    def _push(self, message: PushMessage) -> Received:
        shown = json.loads(message.plaintext)
        return Received(
            channel="web_push",
            contact=self._owners.get(message.endpoint, ""),
            place=message.endpoint,
            repeat=message.topic or "",
            title=shown["title"],
            body=shown["body"],
            url=shown["url"],
            language=shown["lang"],
            icon=shown["icon"],
        )

    def _call(self, message: FcmMessage) -> Received:
        place = message.device or ""
        notification, android = message.body.get("notification", {}), message.body.get("android", {})
        return Received(
            channel="mobile_push",
            contact=self._owners.get(place, ""),
            place=place,
            repeat=str(android.get("collapse_key", "")),
            title=notification.get("title", ""),
            body=notification.get("body", ""),
            url=message.body.get("data", {}).get("url"),
        )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if part is not None else ""
