"""A sender without a provider: what it does is switched by files, so that a test can switch it in another process."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable, Unsendable
from schemas.delivery import Delivery

LOOK_EVERY = 0.01


class ScriptedSender:
    """The contact's id says the provider and the fate: `<provider>.<fate>.<number>`, as `up.ok.7`.

    Fates: ok, rejected, gone, unsendable, raises, later (once), unknown (once). A file `hold` in `switches` keeps every
    request waiting while it is there; a file `down-<provider>` makes the provider unavailable.
    """

    def __init__(self, journal: Path, switches: Path) -> None:
        self._journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._switches = switches
        self._met: set[str] = set()

    def provider_of(self, delivery: Delivery) -> str:
        return delivery.contact_id.split(".")[0]

    async def send(self, delivery: Delivery) -> Outcome:
        """Say in the journal that the request is made, before anything else can happen."""
        provider, fate, _ = delivery.contact_id.split(".")
        is_down = (self._switches / f"down-{provider}").exists()
        os.write(self._journal, f"{'down' if is_down else 'sent'} {delivery.id} {delivery.attempt}\n".encode())
        while (self._switches / "hold").exists():
            await asyncio.sleep(LOOK_EVERY)
        if is_down:
            return Unavailable(code="503")
        first = delivery.id not in self._met
        self._met.add(delivery.id)
        match fate:
            case "rejected":
                return Rejected(code="550")
            case "gone":
                return Gone(code="410")
            case "unsendable":
                return Unsendable(code="internal_error", detail="too long")
            case "raises":
                raise ZeroDivisionError(delivery.contact_id)
            case "later" if first:
                return RetryLater(code="429")
            case "unknown" if first:
                return RetryLater(code="timeout", unknown=True)
        return Delivered(code="250", provider_id=f"p-{delivery.id}")

    async def close(self) -> None:
        os.close(self._journal)


class InstantSender:
    """Delivers at once, so that only the runtime takes time."""

    def provider_of(self, delivery: Delivery) -> str:
        return "up"

    async def send(self, delivery: Delivery) -> Outcome:
        return Delivered(code="201")

    async def close(self) -> None:
        return
