"""The email: size, subject, first words, headings, pictures, contrast, one thing to do. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from channels.artwork.palette import contrast
from channels.render.content import EmailContent
from deploy.preview.checks.finding import Finding, Level
from deploy.preview.inbox import SUBJECT, WORDS
from deploy.preview.markup import Markup
from templates.checking.page import Page

CLIPPED = 102 * 1024
"""Bytes of HTML from which Gmail clips a message and hides its foot, the link to unsubscribe with it."""
_NEAR = CLIPPED * 3 // 4
_LONG_SUBJECT = 70
"""Characters: desktop programs show about so many."""
_READABLE, _LARGE = 4.5, 3.0
"""WCAG 2.2 success criterion 1.4.3: ratios for ordinary text, and at least for large text."""
_SHOWN = 4


def email_findings(content: EmailContent, markup: Markup) -> Iterator[Finding]:
    """Yield what there is to say of an email; `markup` is its HTML, read."""
    yield _size(len(content.html.encode()))
    yield _subject(content.subject)
    yield _first_words(content.subject, markup.text)
    yield _buttons(Page(content.html).buttons)
    yield _structure(markup)
    yield _pictures(markup)
    yield _contrast(markup)


def _found(level: Level, name: str, says: str, fix: str = "") -> Finding:
    return Finding(level, "email", name, says, fix)


def _size(size: int) -> Finding:
    says = f"{size / 1024:,.1f} KB of the 102 KB that Gmail shows before it clips"
    if size >= CLIPPED:
        return _found(
            "red", "Size", says, "shorten the template: what is clipped takes the link to unsubscribe with it"
        )
    if size >= _NEAR:
        return _found("amber", "Size", says, "leave room: long names and histories add to it")
    return _found("green", "Size", says)


def _subject(subject: str) -> Finding:
    length = len(subject)
    if length > _LONG_SUBJECT:
        fix = f"say the number first and stay below {SUBJECT} characters"
        return _found("amber", "Subject", f"{length} characters: desktop programs cut it too", fix)
    if length > SUBJECT:
        return _found(
            "amber", "Subject", f"{length} characters: phones show about {SUBJECT}", "put what counts in front"
        )
    return _found("green", "Subject", f"{length} characters, whole on phones too")


def _first_words(subject: str, text: str) -> Finding:
    words = text[:WORDS]
    if not words:
        return _found("amber", "First words", "the inbox has none to show", "begin the HTML with a hidden preheader")
    if words.lower().startswith(subject.lower()[:SUBJECT]):
        fix = "begin the HTML with a hidden preheader that says more, such as {{ lead }}"
        return _found("amber", "First words", "the inbox shows the subject twice", fix)
    return _found("green", "First words", "the inbox shows more than the subject")


def _buttons(count: int) -> Finding:
    if count == 1:
        return _found("green", "One thing to do", "one primary button")
    fix = "call the macro 'button' of parts.html once; other links are plain ones"
    return _found("red", "One thing to do", f"{count} primary buttons, not one", fix)


def _structure(markup: Markup) -> Finding:
    if not markup.language:
        return _found("red", "Language", "the HTML does not say its language", 'write <html lang="{{ language }}">')
    if markup.headings.count("h1") != 1:
        says = f"{markup.headings.count('h1')} headings of the first rank, not one"
        return _found("amber", "Headings", says, "give the message one <h1>: readers jump to it")
    return _found("green", "Structure", f"language {markup.language}, one first heading")


def _pictures(markup: Markup) -> Finding:
    silent = [each.src for each in markup.pictures if each.alt is None]
    if silent:
        fix = 'write alt="…", or alt="" where it only decorates'
        return _found("red", "Pictures", f"without alt: {_listed(silent)}", fix)
    unsized = [each.src for each in markup.pictures if not each.sized]
    if unsized:
        fix = "write width and height, so that the mail stands still while they load"
        return _found("amber", "Pictures", f"without a size: {_listed(unsized)}", fix)
    if not markup.pictures:
        return _found("green", "Pictures", "none")
    alts = ", ".join(f"“{each.alt}”" if each.alt else "decoration" for each in markup.pictures[:_SHOWN])
    return _found("green", "Pictures", f"each with its alt text: {alts}")


def _contrast(markup: Markup) -> Finding:
    """Of what the elements' own styles say, in light; colours of dark media rules are not read."""
    ratios = sorted((contrast(each.ink, each.ground), each.text, each.ink, each.ground) for each in markup.written)
    if not ratios:
        return _found("amber", "Contrast", "there is no text to look at", "write what the picture says as text too")
    ratio, text, ink, ground = ratios[0]
    says = f"the weakest is {ratio:.1f} : 1, {ink} on {ground}, “{text[:40]}”"
    if ratio < _LARGE:
        return _found("red", "Contrast", says, f"{_READABLE} : 1 is readable, {_LARGE} : 1 for large text alone")
    if ratio < _READABLE:
        return _found("amber", "Contrast", says, f"well for large text alone; others need {_READABLE} : 1")
    return _found("green", "Contrast", says)


def _listed(addresses: list[str]) -> str:
    more = f" and {len(addresses) - _SHOWN} more" if len(addresses) > _SHOWN else ""
    return ", ".join(each.rpartition("/")[2][:60] or "?" for each in addresses[:_SHOWN]) + more
