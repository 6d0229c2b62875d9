"""What an email needs for those who do not see it, or see it without pictures, style sheets or a mouse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.milestones.spelling import nearest
from templates.checking.mjml.nesting import Place
from templates.mail.events import Close, Open, Tag, Text, Where
from templates.mistake import Mistake

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LINKS = ("a", "mj-button", "mj-navbar-link")
_PICTURES = ("img", "mj-image", "mj-carousel-image")


def content(places: Iterable[Place]) -> Iterator[Mistake]:
    """Yield each picture without a text instead, link without a text, heading out of order, and class that is lost."""
    level = 0
    link: Open | None = None
    says = False
    for place in places:
        event = place.event
        if isinstance(event, Open):
            yield from _element(event)
            if event.name in _HEADINGS:
                if (new := int(event.name[1])) > level + 1:
                    yield _at(event, f"<{event.name}> comes where <h{level + 1}> would be next",
                              "headings tell those who hear an email how it is built: leave no level out")  # fmt: skip
                level = new
            if event.name in _LINKS and event.get("href") is not None and not event.alone:
                link, says = event, event.get("aria-label") is not None
            elif link is not None and event.name in _PICTURES and (alt := event.get("alt")) and alt.says:
                says = True
        elif isinstance(event, Text):
            says = says or bool(event.text.strip())
        elif isinstance(event, Tag):
            says = says or (event.piece.kind == "value" and event.where in (Where.BETWEEN, Where.IN_TABLE))
        elif link is not None and isinstance(event, Close) and event.name == link.name:
            if not says:
                yield _at(link, "this link has no text", "write where it leads; of a picture, its alt is the text")
            link = None


def _element(event: Open) -> Iterator[Mistake]:
    if event.name in _PICTURES and event.get("alt") is None:
        yield _at(event, f"<{event.name}> has no alt", 'say what it shows, or write alt="" where it only adorns')
    if event.name in _LINKS and event.get("href") is None and event.get("name") is None and event.get("id") is None:
        near = nearest("href", (each.name for each in event.attributes))
        yield _at(event, f"<{event.name}> leads nowhere", f"give it an href{'; ' + near if near else ''}")
    if event.name in ("mj-button", "mj-navbar-link") and event.alone:
        yield _at(event, "this link has no text", "write where it leads")
    for name in ("class", "css-class"):
        given = event.get(name)
        if given and any(not isinstance(each, str) and each.kind == "statement" for each in given.value):
            yield _at(event, "a class that comes and goes gets no style: styles are written in at load",
                      "write the whole element in each branch of the {% if %}")  # fmt: skip


def _at(event: Open, message: str, hint: str) -> Mistake:
    return Mistake(event.file, event.line, message, hint)
