"""Notifications: their sizes, where they lead, and what is cut where. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from channels.mobile_push.message import LIMIT
from channels.render.content import PushContent
from channels.web_push.payload import MOST
from deploy.preview.checks.finding import Finding
from deploy.preview.looks.browsers import BROWSERS
from deploy.preview.looks.look import Look, shown
from deploy.preview.looks.phones import PHONES


def web_push_findings(content: PushContent, payload: bytes) -> Iterator[Finding]:
    """Yield what there is to say of a notification in browsers."""
    yield _size("web-push", len(payload), MOST, "push services refuse what is larger")
    yield from _cuts("web-push", content, BROWSERS)


def phone_findings(content: PushContent, size: int) -> Iterator[Finding]:
    """Yield what there is to say of a notification on phones; `size` is in bytes as FCM counts them."""
    yield _size("phone", size, LIMIT, "FCM refuses what is larger")
    yield from _cuts("phone", content, PHONES)


def _size(channel: str, size: int, most: int, why: str) -> Finding:
    says = f"{size:,} of {most:,} bytes"
    if size > most:
        return Finding("red", channel, "Size", says, f"shorten title and body: {why}")
    return Finding("green", channel, "Size", says)


def _cuts(channel: str, content: PushContent, looks: Iterable[Look]) -> Iterator[Finding]:
    cut = [(look, shown(look, content.title, content.body)) for look in looks]
    titles = [look.name for look, each in cut if each.title_cut]
    bodies = [look.name for look, each in cut if each.body_cut]
    length = f"{len(content.title)} characters"
    if titles:
        fix = "say the number first: what is cut is read by nobody"
        yield Finding("amber", channel, "Title", f"{length}, cut in {', '.join(titles)}", fix)
    else:
        yield Finding("green", channel, "Title", f"{length}, whole everywhere")
    length = f"{len(content.body)} characters"
    if len(bodies) == len(cut):
        yield Finding("amber", channel, "Body", f"{length}, cut everywhere", "shorten it: one thought is enough")
    elif bodies:
        yield Finding("green", channel, "Body", f"{length}, cut in {', '.join(bodies)}")
    else:
        yield Finding("green", channel, "Body", f"{length}, whole everywhere")
