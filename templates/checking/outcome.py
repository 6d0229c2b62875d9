"""Judges what comes out of the templates of one message."""

from __future__ import annotations

import re
from collections.abc import Iterator

from templates.chain import EMAIL_HTML, EMAIL_TEXT, HEADLINE, LEAD, PUSH_BODY, PUSH_TITLE, SHARE, SUBJECT
from templates.checking.page import PRIMARY, Page
from templates.checking.samples import POSTAL, RAW, UNSUBSCRIBE, addresses
from templates.context import Context

LONGEST = {SHARE: 200, HEADLINE: 120, LEAD: 300, SUBJECT: 120, PUSH_TITLE: 100, PUSH_BODY: 300}
"""Characters of an ordinary message; longer ones are cut when they are sent. Those of pushes are the channels' bounds,
that of `share.txt` is what a link to share holds, and mail programs show less than 120 of a subject."""
HTML_BYTES = 80_000
"""Gmail clips a message at 102 kB. The worst sample of our own, every text at its longest and each character of it one
that is escaped, has 66,000 bytes; 14,000 are for blocks of one's own, 22,000 for what carriers write into links."""

_LITERAL = re.compile(
    r"""(?:href|src|srcset|action|formaction|background|background-url|poster)\s*=\s*["']?([^"'<>{}\s]+)""", re.I
)


def literals(source: str) -> set[str]:
    """Return the addresses that a template itself writes out."""
    return set(_LITERAL.findall(source))


def judged(file: str, text: str, context: Context, written: set[str], *, ordinary: bool) -> Iterator[tuple[str, str]]:
    """Yield (message, hint) for each mistake in what one file gave.

    Args:
        file: which of `templates.chain.FILES`.
        text: what it gave for `context`.
        context: the sample.
        written: addresses that the templates write out themselves.
        ordinary: it is the sample of ordinary length.
    """
    if not text.strip():
        yield "it says nothing", "write the text, also for a message that has only what is always there"
    if ordinary and len(text.strip()) > LONGEST.get(file, len(text)):
        yield f"it gives {len(text.strip())} characters for an ordinary message; {LONGEST[file]} fit", "shorten it"
    if file == EMAIL_HTML:
        yield from _html(text, context, written)
    elif file == EMAIL_TEXT:
        yield from _foot(text, context)


def _html(text: str, context: Context, written: set[str]) -> Iterator[tuple[str, str]]:
    page = Page(text)
    if page.buttons != 1:
        yield (
            f"the email has {page.buttons} primary buttons, not one",
            f'one thing to do: give one <mj-button> css-class="{PRIMARY}"; in an email.html a link class="{PRIMARY}"',
        )
    if page.headings != 1:
        yield (
            f"the email has {page.headings} headings <h1>, not one",
            "put <h1> around its headline, <h2> around others",
        )
    if RAW in page.tags:
        yield "a value comes out unescaped", "write it as {{ name }} in a file whose name ends with .html"
    known = addresses(context) | written
    for address in sorted({each for each in page.addresses if each not in known}):
        yield f"a link is built from values: {address[:60]}", "use one of the context's links whole"
    if len(text.encode()) > HTML_BYTES:
        yield f"the email has {len(text.encode())} bytes in the worst case; {HTML_BYTES} are allowed", "shorten it"
    if UNSUBSCRIBE not in page.addresses:
        yield "the email has no link to unsubscribe", 'put <a href="{{ unsubscribe }}">Unsubscribe</a> in its foot'
    if POSTAL not in page.text:
        yield "the email's foot has no postal address", "put {{ postal_address }} there"


def _foot(text: str, context: Context) -> Iterator[tuple[str, str]]:
    if context.unsubscribe not in text:
        yield "the text part has no link to unsubscribe", "put {{ unsubscribe }} in its foot"
    if POSTAL not in text:
        yield "the text part has no postal address", "put {{ postal_address }} in its foot"
