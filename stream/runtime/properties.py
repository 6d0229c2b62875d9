"""Are these librdkafka properties? librdkafka itself is asked, so that the answer never lags behind the
installed release."""

from collections.abc import Mapping

from confluent_kafka import KafkaException, Producer

from stream.runtime.kafka import OWNED
from stream.runtime.spelling import did_you_mean

# Never a property: librdkafka reads names in order and refuses this one last, so that no client is made by
# asking.
_SENTINEL = "cairn.no.such.property"

# What people set for security and networks, to guess at a typing mistake; not a list of what is allowed.
_COMMON = (
    "security.protocol", "sasl.mechanism", "sasl.mechanisms", "sasl.username", "sasl.password",
    "sasl.kerberos.service.name", "sasl.kerberos.principal", "sasl.kerberos.keytab",
    "sasl.oauthbearer.method", "sasl.oauthbearer.client.id", "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.scope", "sasl.oauthbearer.token.endpoint.url", "ssl.ca.location", "ssl.ca.pem",
    "ssl.certificate.location", "ssl.certificate.pem", "ssl.key.location", "ssl.key.pem",
    "ssl.key.password", "ssl.keystore.location", "ssl.keystore.password",
    "ssl.endpoint.identification.algorithm", "ssl.cipher.suites", "enable.ssl.certificate.verification",
    "broker.address.family", "client.rack", "client.dns.lookup", "compression.type",
    "compression.level", "debug", "metadata.max.age.ms", "socket.timeout.ms",
    "socket.connection.setup.timeout.ms", "socket.keepalive.enable", "statistics.interval.ms",
    "fetch.max.bytes", "fetch.message.max.bytes", "receive.message.max.bytes",
)  # fmt: skip


def fault_of(name: str, value: str) -> tuple[str, str | None] | None:
    """What is wrong with one property and how to mend it; None when librdkafka takes it and it is the
    user's to set."""
    if name in OWNED:
        return f"{name} is not yours to set", OWNED[name]
    try:
        Producer({name: value, _SENTINEL: ""})
    except KafkaException as error:
        said = error.args[0].str().strip()
        if _SENTINEL in said:
            return None
        if said.startswith("No such configuration property"):
            return f"librdkafka has no property {name}", did_you_mean(name, _COMMON)
        return said, None
    except (TypeError, AttributeError):
        return f"{name} is a callback, which no file or variable can give", None
    return None  # pragma: no cover - the sentinel is always refused


def faults_of(properties: Mapping[str, str]) -> dict[str, tuple[str, str | None]]:
    """All faults by property name."""
    found = {name: fault_of(name, value) for name, value in properties.items()}
    return {name: fault for name, fault in found.items() if fault is not None}
