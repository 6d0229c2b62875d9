"""The product is followed, and what cannot be read changes nothing."""

from __future__ import annotations

import threading

from structlog.testing import capture_logs

from channels.portal.product import Product
from channels.portal.product_watch import ProductWatch
from schemas.errors import CairnError

BOARDS = Product("Boards", "https://boards.example")
SHEETS = Product("Sheets", "https://boards.example")


def test_each_change_is_told_once() -> None:
    """Not before there is a product, and not again while it stays the same."""
    found = iter([None, BOARDS, BOARDS, SHEETS])
    told: list[Product] = []
    watch = ProductWatch(lambda: next(found), told.append)

    for _ in range(4):
        watch.look()

    assert told == [BOARDS, SHEETS]


def test_a_look_that_fails_is_a_line_in_the_log() -> None:
    """Kafka away for an hour: the pages go on with what is known."""
    answers: list[Product | None] = [BOARDS]
    told: list[Product] = []

    def read() -> Product | None:
        if not answers:
            raise CairnError("no broker")
        return answers.pop()

    watch = ProductWatch(read, told.append)
    with capture_logs() as logs:
        watch.look()
        watch.look()

    assert told == [BOARDS]
    assert [(each["event"], each["reason"]) for each in logs] == [("product_not_read", "no broker")]


def test_it_looks_by_itself_and_never_on_the_callers_thread() -> None:
    """A look may take seconds."""
    told = threading.Event()
    threads: list[str] = []

    def tell(_product: Product) -> None:
        threads.append(threading.current_thread().name)
        told.set()

    watch = ProductWatch(lambda: BOARDS, tell)
    watch.start()
    try:
        assert told.wait(30)
    finally:
        watch.end()
    assert threads == ["product-watch"]
