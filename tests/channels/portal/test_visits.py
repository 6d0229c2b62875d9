"""Requests are counted by page and status, and strangers cannot make up series."""

from __future__ import annotations

import asyncio

import pytest

from channels.portal.app import portal
from channels.portal.stage import Stage
from channels.portal.visits import Visits, page_of
from stream.runtime.meter import Meter
from tests.channels.portal.browser import Outbox, ask, settings, unsubscribe_path


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/m/x", "share"),
        ("/u/x", "unsubscribe"),
        ("/assets/portal.css", "asset"),
        ("/healthz", "health"),
        ("/", "other"),
        ("/mm/x", "other"),
        ("/wp-admin/u/x", "other"),
        ("", "other"),
    ],
)
def test_a_path_is_one_of_few_pages(path: str, page: str) -> None:
    """A label with whatever is asked for would fill the memory of whoever scrapes."""
    assert page_of(path) == page


def test_every_answer_is_counted_once() -> None:
    """Those of the application and those before it: while there is nothing to show, a 503."""
    meter, stage = Meter(), Stage()
    app = Visits(stage, meter)

    early = asyncio.run(ask(app, unsubscribe_path(), "POST"))
    stage.application = portal(settings(), Outbox())
    for path, method in ((unsubscribe_path(), "GET"), (unsubscribe_path(), "POST"), ("/nothing", "GET")):
        asyncio.run(ask(app, path, method))

    assert (early.status, early.headers["retry-after"], early.headers["cache-control"]) == (503, "5", "no-store")
    assert meter.counters == {
        "cairn_portal_requests_total": {
            ("unsubscribe", "503"): 1,
            ("unsubscribe", "200"): 2,
            ("other", "404"): 1,
        }
    }
