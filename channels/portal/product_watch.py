"""Follows the product of the rules in force, beside the pages."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from channels.portal.product import Product
from schemas.errors import CairnError

UNTIL_FIRST = 1.0
"""Seconds between two looks while there is no product: no page can be shown before."""
EVERY = 60.0
"""Seconds between two looks from then on. A look connects and reads a topic of a few kB; a name changes once a year."""


class ProductWatch:
    """Asks for the product again and again, and tells of each change.

    In a thread of its own, which the end of the process does not wait for: a look takes seconds while no broker
    answers, and must hold up neither a page nor the drain.
    """

    def __init__(self, read: Callable[[], Product | None], tell: Callable[[Product], None]) -> None:
        """Take how to look and whom to tell.

        Args:
            read: returns the product of now, None while there are no rules; a `CairnError` means to look again later.
            tell: called in the thread with each product that differs from the last.
        """
        self._read, self._tell = read, tell
        self._known: Product | None = None
        self._ended = threading.Event()
        self._log = structlog.get_logger(__name__)

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._run, name="product-watch", daemon=True).start()

    def end(self) -> None:
        """Look no more."""
        self._ended.set()

    def look(self) -> None:
        """Look once."""
        try:
            found = self._read()
        except CairnError as error:
            self._log.warning("product_not_read", reason=error.what)
            return
        if found is not None and found != self._known:
            self._known = found
            self._tell(found)

    def _run(self) -> None:
        while not self._ended.is_set():
            self.look()
            self._ended.wait(UNTIL_FIRST if self._known is None else EVERY)
