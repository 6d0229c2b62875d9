"""Everything that is looked at for one state."""

from __future__ import annotations

from collections.abc import Iterator

from deploy.preview.checks.email import email_findings
from deploy.preview.checks.finding import Finding
from deploy.preview.checks.links import Link, link_findings, links_of
from deploy.preview.checks.push import phone_findings, web_push_findings
from deploy.preview.checks.rules import language_findings, picture_findings, rules_findings
from deploy.preview.checks.share import share_findings
from deploy.preview.checks.words import words_findings
from deploy.preview.performance import Performance
from deploy.preview.shared import Shared

ORDER = {"red": 0, "amber": 1, "green": 2}


def findings(performance: Performance, shared: Shared | None) -> list[Finding]:
    """Return all findings, the worst first; `shared` is the page to share, None where there is none.

    Raises:
        RenderError: a message cannot be rendered.
        PayloadError: a notification is too large to be sent at all.
    """
    return sorted(_all(performance, shared), key=lambda each: ORDER[each.level])


def email_links(performance: Performance) -> list[Link]:
    """Return the links of the email. Raises `RenderError` likewise."""
    return links_of(performance.markup, performance.scene.settings.portal.public_url)


def _all(performance: Performance, shared: Shared | None) -> Iterator[Finding]:
    markup = performance.markup
    yield from email_findings(performance.email, markup)
    yield from words_findings(performance.email.text, markup)
    yield from link_findings(email_links(performance), markup.anchors)
    yield from web_push_findings(performance.push, performance.payload)
    yield from phone_findings(performance.phone, performance.fcm_size)
    if shared:
        yield from share_findings(shared.page, shared.unfurl, shared.image, performance.contact.name)
    yield from rules_findings(performance.scene.document, performance.milestone)
    language = performance.scene.languages.of(performance.email.language)
    yield from language_findings(performance.scene.lacking, language.name, performance.milestone)
    scene = performance.scene
    yield from picture_findings(scene.undrawable, scene.document.problem((), "").file, language.name)
