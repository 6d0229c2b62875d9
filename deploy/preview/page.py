"""Fills the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from channels.email.header import UnsafeHeaderError
from channels.render.error import RenderError
from channels.web_push.payload import PayloadError
from deploy.preview.checks.everything import ORDER, email_links, findings
from deploy.preview.checks.finding import Finding
from deploy.preview.checks.rules import settings_findings
from deploy.preview.choices import choose
from deploy.preview.inbox import row
from deploy.preview.language_options import language_options, own_option
from deploy.preview.looks.browsers import BROWSERS
from deploy.preview.looks.look import shown
from deploy.preview.looks.phones import PHONES
from deploy.preview.milestone_options import milestone_groups
from deploy.preview.performance import Performance, readable_json
from deploy.preview.policy import SANDBOX
from deploy.preview.reaching import held_out, reaching
from deploy.preview.scene import Scene
from deploy.preview.shared import Shared, shared_of
from deploy.preview.state import CHANNELS, State
from deploy.preview.unfurl import CARDS, fitted
from deploy.preview.workspace import View
from schemas.errors import CairnError
from stream.runtime.settings import Settings

_TROUBLE = (RenderError, PayloadError, UnsafeHeaderError, CairnError)
_TITLES = {
    "everything": "Everything",
    "email": "Email",
    "web-push": "Web push",
    "phone": "Phone",
    "share": "Share page",
    "card": "Card",
    "unsubscribe": "Unsubscribe",
}
_VIEWS = {
    "all": "All",
    "both": "Desktop and phone",
    "desktop": "Desktop",
    "phone": "Phone",
    "text": "Plain text",
    "headers": "Headers",
    "source": "Source",
    "android": "Android",
    "iphone": "iPhone",
} | {each.id: each.name for each in (*BROWSERS, *CARDS)}
_MOMENTS = {"reached": "reached", "near": "nudge: near", "stuck": "nudge: stuck"}
_HEADERS = (
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Content-Language",
    "Auto-Submitted",
)


class Page:
    """Renders the page of a view and an address."""

    def __init__(self, own: Settings) -> None:
        """Take the installation's settings as they are, to say what is not set yet."""
        self._own = own
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {
            "titles": _TITLES,
            "views": _VIEWS,
            "moments": _MOMENTS,
            "channels": CHANNELS,
            "sandbox": SANDBOX,
        }

    async def html(self, view: View, asked_for: Mapping[str, str], now_ms: int, asked: Sequence[Finding]) -> str:
        """Return the page; `asked` is what links answered, if somebody had them asked."""
        host = urlsplit(self._own.portal.public_url).hostname
        values: dict[str, object] = {
            "portal_host": host or "",
            "faults": view.faults,
            "version": view.version,
            "notes": [],
            "trouble": "",
        }
        if view.scene is None or not view.scene.choices.milestones:
            return self._render("waiting.html", values)
        choices = view.scene.choices
        state, notes = choose(asked_for, choices)
        performance = Performance(view.scene, state, now_ms)
        values |= {"notes": notes, "state": state, "people": view.scene.people, "product": view.scene.document.product}
        values |= _pickers(view.scene, state)
        try:
            shared = await shared_of(performance)
            values |= _stage(performance, shared)
            found = [*asked, *findings(performance, shared), *settings_findings(self._own)]
        except _TROUBLE as error:
            return self._render("trouble.html", values | {"trouble": str(error)})
        values |= {
            "findings": sorted(_of(found, state.channel), key=lambda each: ORDER[each.level]),
            "counts": {level: sum(each.level == level for each in found) for level in ORDER},
            "worst": {name: _worst(found, name) for name in CHANNELS},
            "links": email_links(performance) if state.channel in ("email", "everything") else [],
            "reaching": reaching(performance),
            "held_out": held_out(performance),
        }
        return self._render("page.html", values)

    def _render(self, template: str, values: Mapping[str, object]) -> str:
        return self._environment.get_template(template).render(values)


def _pickers(scene: Scene, state: State) -> dict[str, object]:
    choices = scene.choices
    ids = list(choices.milestones)
    place = ids.index(state.milestone)
    values = choices.values(state)
    return {
        "groups": milestone_groups(choices),
        "own_moments": choices.moments(state.milestone),
        "repeats": choices.repeats(state.milestone),
        "values": values,
        "languages": language_options(scene.languages),
        "own_language": own_option(scene.languages, scene.people[state.contact].contact.locale),
        "before": ids[place - 1] if place else None,
        "after": ids[place + 1] if place + 1 < len(ids) else None,
        "place": (place + 1, len(ids)),
    }


def _stage(performance: Performance, shared: Shared | None) -> dict[str, object]:
    email, push, phone = performance.email, performance.push, performance.phone
    root = performance.scene.settings.portal.public_url.removesuffix("/portal")
    mail = message_from_bytes(performance.mail, policy=default)
    sender = performance.letterhead.name or performance.message.product
    return {
        "email": email,
        "inbox": row(sender, email.subject, performance.markup.text),
        "headers": [(name, str(mail[name]).strip()) for name in _HEADERS if mail[name]],
        "source": performance.mail.decode("utf-8", "replace"),
        "push": push,
        "phone": phone,
        "browser_looks": [shown(each, push.title, push.body) for each in BROWSERS],
        "phone_looks": [shown(each, phone.title, phone.body) for each in PHONES],
        "icon": push.icon_url.removeprefix(root),
        "badge": push.badge_url.removeprefix(root),
        "image": push.image_url and push.image_url.removeprefix(root),
        "payload": readable_json(performance.payload),
        "fcm": readable_json(performance.fcm),
        "shared": shared,
        "cards": [(each, *fitted(each, shared.unfurl)) for each in CARDS] if shared else [],
        "unsubscribe_path": performance.unsubscribe_path,
        "site": urlsplit(performance.scene.document.product.url).netloc,
        "direction": performance.scene.languages.of(email.language).direction,
        "sharer": (performance.contact.name or "Somebody").split()[0],
    }


def _of(found: Sequence[Finding], channel: str) -> list[Finding]:
    """Those of a channel, and those of no channel; the board shows all."""
    return [each for each in found if channel == "everything" or each.channel in (channel, "everything")]


def _worst(found: Sequence[Finding], channel: str) -> str:
    levels = [each.level for each in found if each.channel == channel]
    return min(levels, key=lambda level: ORDER[level], default="green")
