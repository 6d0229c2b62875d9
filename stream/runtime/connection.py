"""A first connection that either works or says why not: which broker, what went wrong, and how to mend it.

Three questions in order, each of which fails in its own way: does anybody listen at the addresses given; do
we get in (TLS, SASL); can the brokers be reached under the addresses that they advertise. librdkafka alone
would retry all of them in silence.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer

from schemas.errors import CairnError
from stream.runtime.client import made
from stream.runtime.exits import Exit
from stream.runtime.kafka import admin_config
from stream.runtime.reachability import Knock, Obstacle, knock
from stream.runtime.refusals import Refusal, refusal_of, unreachable_of
from stream.runtime.settings import Settings

_POLL_SECONDS = 0.05
_SETTLE_SECONDS = 0.5
"""After the first refusal: time for another of the brokers given to let us in."""


class CannotConnectError(CairnError):
    """No broker could be reached, or none let us in."""

    exit = Exit.CANNOT_CONNECT


@dataclass(frozen=True, slots=True)
class Cluster:
    """What the brokers said about themselves."""

    cluster_id: str
    brokers: tuple[str, ...]
    """Advertised addresses, host:port."""
    controller_id: int
    topics: frozenset[str]
    """Names of the topics that we may see."""


def connect(settings: Settings, *, seconds: float | None = None) -> Cluster:
    """Connect once and return what the cluster says; at most `seconds` (by default kafka.connect_timeout)
    in all.

    Raises:
        CannotConnectError: with the broker's address, the reason and the cure.
        client.ClientSettingsError: the properties do not make a client.
    """
    deadline = time.monotonic() + (seconds or settings.kafka.connect_timeout)
    given = [part.strip() for part in settings.kafka.bootstrap_servers.split(",") if part.strip()]
    knocks = knock(given, deadline - time.monotonic())
    if all(result.obstacle for result in knocks):
        raise _closed_doors(knocks)
    open_at = ", ".join(result.address for result in knocks if result.obstacle is None)
    cluster = _introduce(settings, open_at, deadline)
    advertised = knock(cluster.brokers, max(deadline - time.monotonic(), 0.5))
    if advertised and all(result.obstacle for result in advertised):
        raise _wrong_advertising(open_at, advertised)
    return cluster


def _introduce(settings: Settings, address: str, deadline: float) -> Cluster:
    """Ask for the metadata.

    list_topics blocks while librdkafka retries whatever went wrong. Its complaints are served by `poll`
    beside it, so that one that no retry mends ends the waiting.
    """
    texts: list[str] = []
    client = _client(settings, texts)
    answers: list[Cluster] = []

    def ask() -> None:
        try:
            metadata = client.list_topics(timeout=max(deadline - time.monotonic(), _POLL_SECONDS))
        except KafkaException as error:
            texts.append(error.args[0].str())
            return
        brokers = tuple(f"{broker.host}:{broker.port}" for _, broker in sorted(metadata.brokers.items()))
        answers.append(Cluster(metadata.cluster_id or "", brokers, metadata.controller_id, frozenset(metadata.topics)))

    asking = threading.Thread(target=ask, name="connect", daemon=True)
    asking.start()
    refused_at: float | None = None
    while asking.is_alive():
        client.poll(_POLL_SECONDS)
        now = time.monotonic()
        if refused_at is None and refusal_of(texts) is not None:
            refused_at = now
        if refused_at is not None and now - refused_at > _SETTLE_SECONDS:
            break
    if answers:
        return answers[0]
    # librdkafka may ask the second question at an address that the first answer advertised, and then hear
    # nothing more.
    advertised = knock(unreachable_of(texts), _SETTLE_SECONDS)
    if advertised and all(result.obstacle for result in advertised):
        raise _wrong_advertising(address, advertised)
    raise _not_let_in(address, settings, refusal_of(texts))


class _Complaints:
    """Collects librdkafka's log lines: confluent_kafka calls `log` with facility, client and text."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts

    def log(self, _level: int, _template: str, *args: Any) -> None:
        """One line."""
        self._texts.append(str(args[-1]))


def _client(settings: Settings, texts: list[str]) -> Producer:
    def on_error(error: KafkaError) -> None:
        texts.append(error.str())

    # A broker that hangs up on our first request shows in no error, only in this line.
    told = {"error_cb": on_error, "logger": _Complaints(texts), "log.connection.close": True}
    return made(Producer, admin_config(settings) | told)


def _closed_doors(knocks: Sequence[Knock]) -> CannotConnectError:
    """Nobody listens at any address given."""
    cures = {
        Obstacle.MALFORMED: "write it as host:port, several with commas between",
        Obstacle.UNKNOWN_HOST: "check that the host name is known on this machine (one inside Docker is not)",
        Obstacle.REFUSED: "start Kafka there (cairn broker starts one for trying out)",
        Obstacle.TIMEOUT: "check the address, and that no firewall is between",
        Obstacle.NETWORK: "check the network of this machine",
    }
    cure = cures[knocks[0].obstacle or Obstacle.NETWORK]
    return CannotConnectError(
        "no Kafka broker can be reached: " + "; ".join(f"{result.address}: {result.text}" for result in knocks),
        "kafka.bootstrap_servers",
        f"{cure}, or set KAFKA_BOOTSTRAP_SERVERS to where Kafka is",
    )


def _not_let_in(address: str, settings: Settings, refusal: Refusal | None) -> CannotConnectError:
    """Somebody listens, and does not serve us."""
    protocol = settings.kafka.properties.get("security.protocol", "PLAINTEXT")
    if refusal is None:
        refusal = Refusal(
            "it took the connection and did not answer in time",
            "check that a Kafka broker listens on this port; a slow one needs a larger kafka.connect_timeout",
        )
    return CannotConnectError(
        f"the Kafka broker at {address} does not let us in: {refusal.reason}",
        f"kafka.bootstrap_servers, security.protocol {protocol}",
        refusal.fix,
    )


def _wrong_advertising(asked: str, advertised: Sequence[Knock]) -> CannotConnectError:
    """The first broker answered, and sent us to addresses that cannot be reached from here."""
    places = "; ".join(f"{result.address}: {result.text}" for result in advertised)
    return CannotConnectError(
        f"the Kafka broker at {asked} answers, but advertises addresses that cannot be reached: {places}",
        "advertised.listeners of the broker",
        "let it advertise an address valid on this machine, or use the listener meant for it",
    )
