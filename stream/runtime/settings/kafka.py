"""How to reach Kafka, and the shape of the topics."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainValidator

from stream.runtime.masking import Properties
from stream.runtime.quantities import Seconds
from stream.runtime.settings.retention import Retention
from stream.runtime.settings.section import Section, property_text


def _properties(value: Any) -> Properties:
    return Properties({name: property_text(item) for name, item in dict(value).items()})


def _some_broker(value: str) -> str:
    if not any(each.strip() for each in value.split(",")):
        raise ValueError("name a broker, as in localhost:9092")
    return value


class Kafka(Section):
    """How to reach the brokers. Any other librdkafka property goes here under its own name, as
    "sasl.username"."""

    bootstrap_servers: Annotated[str, AfterValidator(_some_broker)] = Field(
        default="localhost:9092",
        description="Brokers to ask first: host:port, comma separated.",
    )
    client_id: str = Field(default="cairn", min_length=1, description="Name shown in the brokers' logs and quotas.")
    connect_timeout: Seconds = Field(
        default=5.0, gt=0, le=60, description="How long a first connection may take before we say why not."
    )
    properties: Annotated[Properties, PlainValidator(_properties)] = Field(
        default_factory=Properties, description="Any librdkafka property, for security and networks."
    )


class Topics(Section):
    """Names and shape of the topics that `cairn topics apply` makes."""

    prefix: str = Field(
        default="",
        max_length=100,
        pattern=r"^[A-Za-z0-9._-]*$",
        description="Put before every topic name and app id.",
    )
    partitions: int = Field(
        default=12,
        ge=1,
        le=10_000,
        description="Partitions of every keyed topic; cannot change once there is state.",
    )
    replication: int | None = Field(
        default=None, ge=1, le=100, description="Copies of each partition; unset: the broker's default."
    )
    compression: Literal["gzip", "snappy", "lz4", "zstd", "uncompressed", "producer"] = Field(
        default="gzip",
        description="How brokers compress the topics that others read; producer: as written, and not set on topics, "
        "which some clusters refuse.",
    )
    retention: Retention = Field(default_factory=Retention, description="How long topics keep their records.")
