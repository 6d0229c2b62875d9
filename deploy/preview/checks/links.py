"""Where each link of an email leads, and what is wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from deploy.preview.checks.finding import Finding, Level
from deploy.preview.markup import Anchor, Markup

_RESERVED = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)$", re.IGNORECASE)
"""Hosts that belong to nobody (RFC 2606, RFC 6761)."""
_PLACEHOLDER = re.compile(r"\{\{|\}\}|%7B%7B|\bTODO\b|\bFIXME\b|your-?domain|\bxxx+\b|lorem", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """One address: what its links say, where it leads, and how it is."""

    href: str
    texts: tuple[str, ...]
    level: Level
    says: str
    fix: str = ""


def links_of(markup: Markup, portal: str) -> list[Link]:
    """Return each address once, in the order in which it first stands. `portal` is the preview's own portal."""
    texts: dict[str, list[str]] = {}
    for each in markup.anchors:
        texts.setdefault(each.href, []).append(each.text)
    return [_judged(href, tuple(said), portal) for href, said in texts.items()]


def link_findings(links: Iterable[Link], anchors: Iterable[Anchor]) -> Iterator[Finding]:
    """Yield what there is to say of all links together."""
    found = list(links)
    bad: dict[tuple[Level, str, str], list[str]] = {}
    for each in found:
        if each.level != "green":
            bad.setdefault((each.level, each.says, each.fix), []).append(_short(each.href))
    for (level, says, fix), addresses in bad.items():
        more = f" and {len(addresses) - 1} more" if len(addresses) > 1 else ""
        yield Finding(level, "email", "Links" if more else "Link", f"{addresses[0]}{more}: {says}", fix)
    silent = [each for each in anchors if not each.text]
    if silent:
        fix = "put words, or a picture with alt text, into the link"
        yield Finding("amber", "email", "Link", f"{len(silent)} links without words", fix)
    if not bad and not silent:
        count = f"{len(found)} {'address' if len(found) == 1 else 'addresses'}"
        yield Finding("green", "email", "Links", f"{count}, each whole and by https, or this preview's own")


def _judged(href: str, texts: tuple[str, ...], portal: str) -> Link:
    level, says, fix = _verdict(href.strip(), portal)
    if level == "green" and len(texts) > 1:
        says += f"; {len(texts)} links lead there"
    return Link(href, texts, level, says, fix)


def _verdict(href: str, portal: str) -> tuple[Level, str, str]:
    if href.startswith(f"{portal}/"):
        page = {"m": "the page to share", "u": "the page to unsubscribe"}.get(href[len(portal) + 1 :][:1], "a picture")
        return "green", f"{page}, on the portal", ""
    if not href:
        return "red", "it is empty", "use one of the links of the context whole, such as {{ call_to_action.url }}"
    if href.startswith("#"):
        return "red", "a fragment leads nowhere in an email", "link the whole address of a page"
    if _PLACEHOLDER.search(href):
        return "red", "it looks like a placeholder", "put the real address there"
    try:
        parts = urlsplit(href)
        host = parts.hostname
    except ValueError:
        return "red", "it is no address", "write it whole: https://app.acme.example/path"
    if parts.scheme == "mailto":
        return "green", f"a mail to {parts.path}", ""
    if parts.scheme not in ("http", "https") or not host:
        return "red", "it is relative, and a mail has no place of its own", "write it whole, with https:// and the host"
    if _RESERVED.search(host):
        fix = "put the real address into the milestones file"
        return "amber", f"{host} is reserved for examples and leads nowhere", fix
    if parts.scheme == "http":
        return "amber", "http, not https: programs warn of it", "write https if the page has it"
    return "green", f"{host}{parts.path if parts.path != '/' else ''}", ""


def _short(href: str) -> str:
    return href if len(href) <= 70 else f"{href[:50]}…{href[-15:]}"
