"""The topics of a cluster: which there are, how they are set, and changes to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.clients import Clients

# Long enough for a broker across an ocean that is electing a leader, short enough for somebody who waits.
TIMEOUT = 10.0
"""Seconds that one request may take."""


@dataclass(frozen=True)
class TopicState:
    """A topic as it is. `config` holds effective values, broker defaults included."""

    partitions: int
    replication: int
    config: Mapping[str, str]


class TopicAdmin:
    """One admin connection. Every method raises `CairnError` (exit 4) when the brokers refuse or do not answer."""

    def __init__(self, clients: Clients) -> None:
        self._admin = clients.admin()
        self._address = clients.address

    def topics(self, names: Iterable[str]) -> dict[str, TopicState]:
        """The topics of `names` that exist, by name."""
        wanted = set(names)
        metadata = self._listed()
        found = {name: metadata.topics[name] for name in wanted if name in metadata.topics}
        configs = self._configs(found)
        return {
            name: TopicState(
                partitions=len(topic.partitions),
                replication=min(len(p.replicas) for p in topic.partitions.values()),
                config=configs[name],
            )
            for name, topic in found.items()
        }

    def create(self, name: str, partitions: int, replication: int, config: Mapping[str, str]) -> None:
        """Create one topic; `replication` -1 leaves the number to the broker. One that exists by now is left alone."""
        from confluent_kafka import KafkaError, KafkaException
        from confluent_kafka.admin import NewTopic

        topic = NewTopic(name, num_partitions=partitions, replication_factor=replication, config=dict(config))
        pending = self._admin.create_topics([topic], operation_timeout=TIMEOUT, request_timeout=TIMEOUT)
        try:
            self._result(pending[name], f"create topic {name}")
        except CairnError as error:
            cause = error.__cause__
            if isinstance(cause, KafkaException) and cause.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS:
                return
            raise

    def configure(self, name: str, config: Mapping[str, str]) -> None:
        """Set these configs of one topic and leave its others as they are."""
        from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

        entries = [
            ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET) for key, value in config.items()
        ]
        resource = ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries)
        pending = self._admin.incremental_alter_configs([resource], request_timeout=TIMEOUT)
        self._result(pending[resource], f"set configs of topic {name}")

    def add_partitions(self, name: str, total: int) -> None:
        """Raise the partition count of one topic to `total`."""
        from confluent_kafka.admin import NewPartitions

        pending = self._admin.create_partitions([NewPartitions(name, total)], request_timeout=TIMEOUT)
        self._result(pending[name], f"add partitions to topic {name}")

    def _listed(self) -> Any:
        from confluent_kafka import KafkaException

        try:
            return self._admin.list_topics(timeout=TIMEOUT)
        except KafkaException as error:
            raise refused(self._address, "list the topics", error) from error

    def _configs(self, names: Iterable[str]) -> dict[str, dict[str, str]]:
        from confluent_kafka.admin import ConfigResource, ResourceType

        resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
        if not resources:
            return {}
        pending = self._admin.describe_configs(resources, request_timeout=TIMEOUT)
        return {
            resource.name: {
                entry.name: entry.value
                for entry in self._result(answer, f"read configs of topic {resource.name}").values()
                if entry.value is not None
            }
            for resource, answer in pending.items()
        }

    def _result(self, pending: Any, doing: str) -> Any:
        from confluent_kafka import KafkaException

        try:
            return pending.result()
        except KafkaException as error:
            raise refused(self._address, doing, error) from error


def refused(address: str, doing: str, error: Exception) -> CairnError:
    """The error for a request that a broker, or the way to it, answered with no."""
    from stream.runtime.verdicts import cure_of

    cause = error.args[0]
    return CairnError(
        f"could not {doing}: {cause.str()}",
        where=f"brokers {address}",
        fix=cure_of(cause),
        exit=Exit.CANNOT_CONNECT,
    )
