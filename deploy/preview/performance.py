"""One state of the preview, rendered: the message on each channel, by what would send it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import msgspec

from channels.email.message import Letterhead
from channels.mobile_push.message import encoded
from channels.render.content import EmailContent, PushContent
from channels.web_push.payload import payload_of
from deploy.preview.letter import ADDRESS, letter, letterhead
from deploy.preview.markup import Markup
from deploy.preview.person import Person
from deploy.preview.scene import Scene
from deploy.preview.state import OWN, REACHED, State
from deploy.rehearsal.crossing import made_up_crossing
from deploy.rehearsal.nudge import made_up_nudge
from deploy.rehearsal.past import completed, made_up_past
from schemas.channel import Channel
from schemas.contact import Contact, WebPushKeys, WebPushTarget
from schemas.delivery import Delivery, EmailTo, Message, MobilePushTo, Target, WebPushTo
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge, NudgeKind
from schemas.milestones.expand import Milestone
from stream.core.celebration.compose import delivery
from stream.core.celebration.manner import Manner
from stream.core.celebration.timing import Timing

_RULES_VERSION = 1
_REWARD_KEY = "cairn preview"
"""Codes made with it look like real ones and belong to no crossing, so nobody can cash one in."""
_BROWSER = WebPushTarget(endpoint="https://push.example/preview", keys=WebPushKeys(p256dh="preview", auth="preview"))
_TTL = 86_400.0
_DEVICE = "preview"


@dataclass(frozen=True)
class Performance:
    """The messages of one state at `now_ms` (epoch ms). Each is rendered when it is asked for.

    Reading one raises `RenderError` where the delivery holds what no template can say.
    """

    scene: Scene
    state: State
    now_ms: int

    @cached_property
    def milestone(self) -> Milestone:
        """The milestone."""
        return self.scene.choices.milestones[self.state.milestone]

    @cached_property
    def person(self) -> Person:
        """Who reads, as the file says."""
        return self.scene.people[self.state.contact]

    @cached_property
    def contact(self) -> Contact:
        """Who reads, in the language that was chosen."""
        if self.state.locale == OWN:
            return self.person.contact
        return msgspec.structs.replace(self.person.contact, locale=self.state.locale)

    @cached_property
    def manner(self) -> Manner:
        """How the planner celebrates the milestone."""
        return Manner(self.scene.document, self.milestone.entry, _REWARD_KEY)

    @cached_property
    def subject(self) -> MilestoneCrossed | MilestoneNudge:
        """What the messages are about."""
        document, state = self.scene.document, self.state
        if state.moment != REACHED:
            kind = cast("NudgeKind", state.moment)
            return made_up_nudge(
                document, _RULES_VERSION, self.milestone, self.contact, kind, state.occurrence, self.now_ms
            )
        return made_up_crossing(
            document,
            _RULES_VERSION,
            self.milestone,
            self.contact,
            self.scene.choices.number(state),
            self.now_ms,
            anniversary=state.occurrence,
        )

    @cached_property
    def numbers(self) -> dict[str, object]:
        """The values of metrics that audiences look at."""
        own = {} if self.subject.metric is None else {self.subject.metric: self.subject.value}
        return {**self.person.numbers, **own}

    @cached_property
    def message(self) -> Message:
        """All that templates are told."""
        document, own = self.scene.document, self.person.history
        if own is None:
            history = made_up_past(document, self.milestone, self.subject.occurrence, self.now_ms)
        else:
            history = tuple(completed(document, each) for each in own)
        also = [] if self.state.moment != REACHED else [completed(document, each) for each in self.person.also]
        return self.manner.composer.message(self.subject, self.contact, self.numbers, history, also)

    @cached_property
    def email(self) -> EmailContent:
        """The email's words."""
        return self.scene.renderer.email(self.delivery("email"))

    @cached_property
    def markup(self) -> Markup:
        """The email's HTML, read."""
        return Markup(self.email.html)

    @cached_property
    def push(self) -> PushContent:
        """The notification of browsers."""
        return self.scene.renderer.push(self.delivery("web_push"))

    @cached_property
    def phone(self) -> PushContent:
        """The notification of phones."""
        return self.scene.renderer.push(self.delivery("mobile_push"))

    @cached_property
    def mail(self) -> bytes:
        """The email as the mail server gets it."""
        return letter(self.letterhead, self.delivery("email"), self.contact.email, self.email, self.now_ms)

    @cached_property
    def letterhead(self) -> Letterhead:
        """Whom mails come from."""
        return letterhead(self.scene.settings)

    @cached_property
    def payload(self) -> bytes:
        """The JSON that the service worker gets."""
        return payload_of(self.push)

    @cached_property
    def fcm(self) -> bytes:
        """The JSON that FCM gets, for a device that is none."""
        return encoded(self.phone, self.delivery("mobile_push"), _DEVICE, ttl=_TTL, now=self.now_ms / 1000)

    @property
    def fcm_size(self) -> int:
        """Its bytes as FCM counts them: the target is left out."""
        return len(self.fcm) - len(f'"token":"{_DEVICE}",')

    @cached_property
    def share_path(self) -> str | None:
        """The path of the page to share under the portal, `/m/…`; None where the email has no link to it."""
        found = re.search(re.escape(self.scene.settings.portal.public_url) + r"(/m/[\w.-]+)", self.email.text)
        return found[1] if found else None

    @property
    def unsubscribe_path(self) -> str:
        """The path of the page to unsubscribe under the portal, `/u/…`."""
        return self.email.unsubscribe_url.removeprefix(self.scene.settings.portal.public_url)

    def delivery(self, channel: Channel) -> Delivery:
        """Return the delivery that a dispatcher would get; addresses that the contact has not are made up."""
        lease_ms = Timing().lease_ms
        return delivery(
            self.subject,
            channel,
            self._target(channel),
            self.message,
            attempt=1,
            now_ms=self.now_ms,
            lease_ms=lease_ms,
        )

    def _target(self, channel: Channel) -> Target:
        contact = self.contact
        match channel:
            case "email":
                return EmailTo(address=contact.email or ADDRESS)
            case "web_push":
                return WebPushTo(target=contact.web_push_targets[0] if contact.web_push_targets else _BROWSER)
            case _:
                return MobilePushTo(token=contact.fcm_keys[0] if contact.fcm_keys else "preview")


def readable_json(data: bytes) -> str:
    """Return JSON set out in lines."""
    document: Any = json.loads(data)
    return json.dumps(document, indent=2, ensure_ascii=False)
