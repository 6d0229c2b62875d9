"""The page as an ASGI application."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from deploy.demo.page.window import Window
from deploy.demo.people import HERO, REGULAR_IDS, SLEEPER, Person
from deploy.demo.received import Received
from deploy.demo.wording import name_of
from templates.languages.language import Language

_SHOWN = 60
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; style-src 'unsafe-inline'; img-src * data:"
)
"""A mail is shown as mail programs do: its styles and pictures, links that open elsewhere, and no script."""
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; img-src *"


class Page:
    """Shows what `window` gives."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._pages = Environment(
            loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
        )
        self._pages.filters["language"] = name_of

    async def overview(self, request: Request) -> Response:
        """The heroine's messages side by side, the same email in each language, who sleeps, and the newest of all."""
        received = [*enumerate(self._window.received)]
        first = {
            each.channel: (number, each)
            for number, each in reversed(received)
            if each.contact == HERO and ("1,000" in each.title + each.body)
        }
        emails: dict[str, tuple[int, Received]] = {}
        for number, each in received:
            # The first email of each regular is about their thousand documents.
            if each.channel == "email" and each.contact in REGULAR_IDS:
                emails.setdefault(each.contact, (number, each))
        return self._html(
            "overview.html",
            counts=Counter(each.channel for _, each in received),
            hero=self._window.people.get(HERO),
            hero_messages=first,
            translated=[(self._window.people[who], *found) for who, found in sorted(emails.items()) if who != HERO],
            sleeper=self._window.people.get(SLEEPER),
            newest=received[: -_SHOWN - 1 : -1],
            people=dict(self._window.people),
        )

    async def mail(self, request: Request) -> Response:
        """An email as it was received."""
        return HTMLResponse(self._mail(request), headers={"Content-Security-Policy": _MAIL_POLICY})

    async def framed(self, request: Request) -> Response:
        """The same for a frame: links open beside it, for the portal's pages let nobody frame them."""
        html = self._mail(request).replace("<head>", '<head><base target="_blank">', 1)
        return HTMLResponse(html, headers={"Content-Security-Policy": _MAIL_POLICY})

    async def contact(self, request: Request) -> Response:
        """Everything about one contact: their messages, and why."""
        person = self._window.people.get(request.path_params["contact"])
        if person is None:
            raise HTTPException(404)
        why = await run_in_threadpool(self._window.explain, person.id)
        mine = [(number, each) for number, each in enumerate(self._window.received) if each.contact == person.id]
        return self._html("contact.html", person=person, why=why, messages=mine)

    def _mail(self, request: Request) -> str:
        number: int = request.path_params["number"]
        received = self._window.received
        if number >= len(received) or (html := received[number].html) is None:
            raise HTTPException(404)
        return html

    def _language(self, person: Person | None) -> Language:
        """What somebody's messages are in."""
        return self._window.languages.pick(person.locale) if person else self._window.languages.default

    def _html(self, name: str, **values: object) -> Response:
        text = self._pages.get_template(name).render(language_of=self._language, **values)
        return HTMLResponse(text, headers={"Content-Security-Policy": _PAGE_POLICY, "Cache-Control": "no-store"})


def page(window: Window) -> Starlette:
    """Build the application."""
    made = Page(window)
    return Starlette(
        routes=[
            Route("/", made.overview),
            Route("/mail/{number:int}", made.mail),
            Route("/mail/{number:int}/framed", made.framed),
            Route("/contact/{contact}", made.contact),
        ]
    )
