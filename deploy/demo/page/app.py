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
from deploy.demo.people import HERO, SLEEPER
from schemas.channel import CHANNELS

_SHOWN = 60
_MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src * data:"
"""A mail is shown as mail programs do: its styles and pictures, and no script."""
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; img-src *"


class Page:
    """Shows what `window` gives."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._pages = Environment(
            loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
        )

    async def overview(self, request: Request) -> Response:
        """The heroine's messages side by side, who sleeps, and the newest of all."""
        received = [*enumerate(self._window.received)]
        first = {
            each.channel: (number, each)
            for number, each in reversed(received)
            if each.contact == HERO and ("1,000" in each.title + each.body)
        }
        return self._html(
            "overview.html",
            counts=Counter(each.channel for _, each in received),
            channels=CHANNELS,
            hero=self._window.people.get(HERO),
            hero_messages=first,
            sleeper=self._window.people.get(SLEEPER),
            newest=received[: -_SHOWN - 1 : -1],
            names={each.id: each.name for each in [*self._window.people.values()]},
        )

    async def mail(self, request: Request) -> Response:
        """An email as it was received."""
        number: int = request.path_params["number"]
        if number >= len(self._window.received) or (html := self._window.received[number].html) is None:
            raise HTTPException(404)
        return HTMLResponse(html, headers={"Content-Security-Policy": _MAIL_POLICY})

    async def contact(self, request: Request) -> Response:
        """Everything about one contact: their messages, and why."""
        person = self._window.people.get(request.path_params["contact"])
        if person is None:
            raise HTTPException(404)
        why = await run_in_threadpool(self._window.explain, person.id)
        mine = [(number, each) for number, each in enumerate(self._window.received) if each.contact == person.id]
        return self._html("contact.html", person=person, why=why, messages=mine)

    def _html(self, name: str, **values: object) -> Response:
        text = self._pages.get_template(name).render(**values)
        return HTMLResponse(text, headers={"Content-Security-Policy": _PAGE_POLICY, "Cache-Control": "no-store"})


def page(window: Window) -> Starlette:
    """Build the application."""
    made = Page(window)
    return Starlette(
        routes=[
            Route("/", made.overview),
            Route("/mail/{number:int}", made.mail),
            Route("/contact/{contact}", made.contact),
        ]
    )
