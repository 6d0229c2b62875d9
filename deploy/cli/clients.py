"""Kafka clients for one verb, made only once a broker has let us in; they keep quiet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from confluent_kafka import Consumer, Producer
    from confluent_kafka.admin import AdminClient

    from stream.runtime.connection import Cluster
    from stream.runtime.settings import Settings


class _Silence:
    """Takes librdkafka's log lines: what matters of them reaches the user as the error of the verb."""

    def log(self, *_line: Any) -> None:
        """Drop one line."""

    def addFilter(self, _filter: Any) -> None:  # noqa: N802 - the name is the stdlib logger's
        """Part of a stdlib logger that confluent_kafka may call."""


class Clients:
    """Makes clients with the settings of the user. Raises `CairnError` when no broker can be reached (exit 4).

    Each client may raise `ClientSettingsError` (exit 2): properties that fit one kind of client need not fit another.
    """

    def __init__(self, settings: Settings) -> None:
        from stream.runtime.connection import connect

        self.cluster: Cluster = connect(settings)
        self.address = settings.kafka.bootstrap_servers
        self._settings = settings

    def admin(self) -> AdminClient:
        """An admin client."""
        from confluent_kafka.admin import AdminClient

        from stream.runtime.client import made
        from stream.runtime.kafka import admin_config

        return made(AdminClient, self._quiet(admin_config(self._settings)))

    def reader(self, *, committed: bool = True, group_id: str | None = None) -> Consumer:
        """A consumer that joins no group: for assignment by hand, or to ask what group `group_id` has committed."""
        from confluent_kafka import Consumer

        from stream.runtime.client import made
        from stream.runtime.kafka import reader_config

        config = reader_config(self._settings, committed=committed, group_id=group_id)
        return made(Consumer, self._quiet(config))

    def producer(self, *, transactional_id: str | None = None) -> Producer:
        """A producer that waits for all replicas and places keys as Java does (murmur2)."""
        from confluent_kafka import Producer

        from stream.runtime.client import made
        from stream.runtime.kafka import producer_config

        return made(Producer, self._quiet(producer_config(self._settings, transactional_id=transactional_id)))

    def _quiet(self, config: dict[str, Any]) -> dict[str, Any]:
        return config | {"logger": _Silence(), "error_cb": lambda _error: None}
