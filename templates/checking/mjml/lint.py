"""Reads the source of an email, with all that it extends and includes, and says what would go wrong without a word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from jinja2 import Environment

from schemas.milestones.spelling import listed, nearest
from templates.checking.mjml.content import content
from templates.checking.mjml.elements import ELEMENTS, EVERYWHERE, STYLED
from templates.checking.mjml.nesting import Nesting, Place
from templates.checking.mjml.values import COMPUTED, fault
from templates.mail.events import Open, Tag, Text, Where
from templates.mail.mail import MJML, whole
from templates.mail.markup import Markup
from templates.mail.pieces import Piece
from templates.mistake import Mistake

_DEFAULTS = ("mj-attributes", "mj-class")


def lint(environment: Environment, name: str) -> Iterator[Mistake]:
    """Yield the mistakes of an email's source: `default/email.mjml`, or an `email.html`.

    What stands in an own file is named there, whichever file extends or includes it.

    Raises:
        MailError: what it extends and includes does not fit together.
    """
    is_mjml = PurePosixPath(name).suffix == MJML
    nesting = Nesting(mjml=is_mjml)
    places = list(nesting.places(Markup(whole(environment, name)).events))
    yield from content(places)
    if is_mjml:
        yield from _grammar(places)
    yield from nesting.mistakes


def _grammar(places: list[Place]) -> Iterator[Mistake]:
    for place in places:
        event = place.event
        if isinstance(event, Open):
            if event.name.startswith("mj") and (event.name == "mjml" or event.name.startswith("mj-")):
                yield from _element(event, place)
            elif _holds_elements(place):
                yield from _stray(event, place)
        elif isinstance(event, Text) and event.text.strip() and _holds_elements(place):
            yield Mistake(
                event.file, event.line, f"this text in <{place.parent}> is never shown", "put it into <mj-text>"
            )
        elif isinstance(event, Tag):
            yield from _jinja(event, place)


def _holds_elements(place: Place) -> bool:
    known = ELEMENTS.get(place.parent)
    return known is not None and known.holds in ("elements", "nothing")


def _element(event: Open, place: Place) -> Iterator[Mistake]:
    def say(message: str, hint: str) -> Mistake:
        return Mistake(event.file, event.line, message, hint)

    if event.name == "mj-include":
        yield say("<mj-include> is not followed", 'write {% include "FOLDER/FILE" %}')
        return
    known = ELEMENTS.get(event.name)
    if known is None:
        yield say(f"there is no <{event.name}>", nearest(event.name, ELEMENTS) or f"there are {listed(ELEMENTS, 40)}")
        return
    in_defaults = place.parent in _DEFAULTS
    if not in_defaults and place.parent not in known.parents and (place.within or known.parents):
        where = f"<{place.parent}>" if place.parent else "outside of <mjml>"
        fits = listed([f"<{each}>" for each in sorted(known.parents)]).replace("'", "")
        yield say(f"<{event.name}> may not stand {'in ' if place.parent else ''}{where}",
                  f"put it into {fits}" if known.parents else "it holds everything else")  # fmt: skip
    allowed = known.attributes | EVERYWHERE
    if event.name in ("mj-all", "mj-class"):
        allowed = STYLED | known.attributes | EVERYWHERE
    for attribute in event.attributes:
        if attribute.name not in allowed:
            yield say(f"<{event.name}> has no attribute '{attribute.name}'", nearest(attribute.name, allowed)
                      or f"it has {listed(sorted(known.attributes), 40)}")  # fmt: skip
        elif attribute.has_jinja:
            if attribute.name in COMPUTED:
                yield say(f"{attribute.name} cannot be a value of the message: MJML works with it when it compiles",
                          "write a size, or write the element twice within {% if %}")  # fmt: skip
        elif wrong := fault(attribute.name, attribute.plain):
            yield say(*wrong)


def _stray(event: Open, place: Place) -> Iterator[Mistake]:
    hint = "put it into <mj-text>, <mj-table> or <mj-raw>"
    yield Mistake(event.file, event.line, f"<{event.name}> in <{place.parent}> is never shown", hint)


def _jinja(event: Tag, place: Place) -> Iterator[Mistake]:
    piece: Piece = event.piece
    if piece.kind == "value" and event.where is Where.BETWEEN and _holds_elements(place):
        message = f"{piece.text.strip()} in <{place.parent}> is never shown"
        yield Mistake(piece.file, piece.line, message, "put it into <mj-text>")
