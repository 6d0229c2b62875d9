"""One message of the folder: its files on each channel, and what was found."""

from __future__ import annotations

import re
from dataclasses import dataclass

from channels.email.header import UnsafeHeaderError
from channels.render.error import RenderError
from channels.web_push.payload import PayloadError
from deploy.preview.checks.everything import findings
from deploy.preview.checks.finding import Finding
from deploy.preview.performance import Performance, readable_json
from deploy.preview.portal_reader import get
from deploy.preview.reaching import held_out
from deploy.preview.scene import Scene
from deploy.preview.settings import PORTAL
from deploy.preview.shared import Shared, shared_of
from deploy.preview.state import REACHED, State
from schemas.channel import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A milestone at one moment in one language.

    `files` lie in the folder `name`, `pictures` in a folder for all. `channels` are those that the milestone uses:
    files of others are not written. `held_out` is the share of contacts who get nothing; may be empty.
    """

    state: State
    locale: str
    channels: frozenset[Channel]
    held_out: str
    subject: str
    files: dict[str, bytes]
    pictures: dict[str, bytes]
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """Its folder: `en/documents-1000`, `en/documents-100.near`."""
        moment = "" if self.state.moment == REACHED else f".{self.state.moment}"
        return f"{self.locale}/{self.state.milestone}{moment}"


async def piece_of(scene: Scene, state: State, now_ms: int) -> Piece:
    """Render one message; what cannot be rendered is a red finding."""
    performance = Performance(scene, state, now_ms)
    files: dict[str, bytes] = {}
    pictures: dict[str, bytes] = {}
    subject = ""
    try:
        shared = await shared_of(performance)
        files = _files(performance, shared)
        subject = performance.email.subject if "email" in performance.manner.channels else performance.push.title
        found = tuple(each for each in findings(performance, shared) if _concerns(each, performance))
        pictures = await _pictures(performance, files)
    except (RenderError, PayloadError, UnsafeHeaderError) as error:
        fix = "choose another number, or mend the template that it names"
        found = (Finding("red", "everything", "Message", f"it cannot be made: {error}", fix),)
    return Piece(
        state=state,
        locale=state.locale,
        channels=performance.manner.channels,
        held_out=held_out(performance),
        subject=subject,
        files=files,
        pictures=pictures,
        findings=found,
    )


def _files(performance: Performance, shared: Shared | None) -> dict[str, bytes]:
    channels = performance.manner.channels
    files: dict[str, bytes] = {}
    if "email" in channels:
        files["email.html"] = performance.email.html.encode()
        files["email.txt"] = f"Subject: {performance.email.subject}\n\n{performance.email.text}".encode()
    if "web_push" in channels:
        files["web-push.json"] = f"{readable_json(performance.payload)}\n".encode()
    if "mobile_push" in channels:
        files["mobile-push.json"] = f"{readable_json(performance.fcm)}\n".encode()
    if shared:
        if shared.image:
            files["card.png"] = shared.image
        unfurl = shared.unfurl
        files["card.txt"] = f"{unfurl.title}\n{unfurl.description}\n".encode()
    return files


def _concerns(found: Finding, performance: Performance) -> bool:
    """Whether it is about a channel that the milestone uses."""
    channel = {"email": "email", "web-push": "web_push", "phone": "mobile_push"}.get(found.channel)
    return channel is None or channel in performance.manner.channels


async def _pictures(performance: Performance, files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the portal's pictures that the email shows, and have its HTML show them from beside it."""
    html = files.get("email.html")
    if html is None:
        return {}
    portal = re.escape(performance.scene.settings.portal.public_url)
    pictures: dict[str, bytes] = {}
    text = html.decode()
    for source in dict.fromkeys(re.findall(rf'src="({portal}/[^"]+)"', text)):
        path = source.removeprefix(performance.scene.settings.portal.public_url)
        found = await get(performance.scene.portals, PORTAL + path)
        if found.status == 200:
            name = path.rpartition("/")[2]
            pictures[name] = found.body
            text = text.replace(f'src="{source}"', f'src="../../pictures/{name}"')
    files["email.html"] = text.encode()
    return pictures
