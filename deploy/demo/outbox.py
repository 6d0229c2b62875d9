"""The product's producer: what it wrote, and how much of it the brokers have acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from confluent_kafka import Producer

from deploy.demo.people import Person
from deploy.demo.product import Usage
from schemas.errors import CairnError


class Outbox:
    """Writes profiles to `contacts` and usage to `usage-events`, keyed by contact."""

    def __init__(
        self, producer: Producer, inputs: str, contacts: str, profile_of: Callable[[Person], dict[str, Any]]
    ) -> None:
        self.sent = 0
        """Usage events handed to the client."""
        self.acknowledged = 0
        self._producer = producer
        self._inputs = inputs
        self._contacts = contacts
        self._profile_of = profile_of
        self._fault: str | None = None

    def profiles(self, people: Iterable[Person]) -> None:
        """Write who signed up."""
        for each in people:
            self._producer.produce(self._contacts, msgspec.json.encode(self._profile_of(each)), each.id.encode())

    def usages(self, usages: Iterable[Usage]) -> None:
        """Write what people did."""
        for each in usages:
            self._producer.produce(self._inputs, each.value, each.contact.encode(), on_delivery=self._delivered)
            self.sent += 1

    def settle(self) -> None:
        """Take in acknowledgements. Raises `CairnError` when an event was refused."""
        self._producer.poll(0)
        if self._fault is not None:
            raise CairnError(f"the broker of the demo refused an event: {self._fault}", where=f"topic {self._inputs}")

    def _delivered(self, error: Any, _message: Any) -> None:
        if error is None:
            self.acknowledged += 1
        else:
            self._fault = error.str()
