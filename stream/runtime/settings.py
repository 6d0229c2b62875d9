"""Every setting, with its default beside it and one line that says what it is for.

Pure: where the values come from is `layers.load`. Keys are `<section>.<name>` in cairn.toml and
`CAIRN_<SECTION>_<NAME>` in the environment; durations and sizes may be written as people do (`10 s`, `64
MB`).
"""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    model_validator,
)

from schemas.limits import DEFAULTS, Limits
from schemas.moment import epoch_ms
from stream.runtime.masking import Properties
from stream.runtime.quantities import Bytes, Seconds, show_bytes, show_seconds

_MB = 1 << 20
_SECONDS, _BYTES = get_args(Seconds)[1], get_args(Bytes)[1]

LocalPath = Annotated[Path, AfterValidator(Path.expanduser)]


class Section(BaseModel):
    """A group of settings: frozen, unknown names refused, secrets masked in `repr`."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, allow_inf_nan=False)

    def show(self, name: str) -> str:
        """The value of one setting as people write it. Not masked: see `masking.shown`."""
        value = getattr(self, name)
        metadata = type(self).model_fields[name].metadata
        if value is None:
            return "off" if name == "port" else "unset"
        if _SECONDS in metadata:
            return show_seconds(value)
        if _BYTES in metadata:
            return show_bytes(value)
        return property_text(value) if isinstance(value, bool) else str(value)


def _properties(value: Any) -> Properties:
    return Properties({name: property_text(item) for name, item in dict(value).items()})


def property_text(value: Any) -> str:
    """A property as librdkafka wants it: TOML's true and 5 become "true" and "5"."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise ValueError("a property is a text, a number or a boolean")


def _port(value: Any) -> Any:
    return None if value == "off" or value is False else value


class Kafka(Section):
    """How to reach the brokers. Any other librdkafka property goes here under its own name, as
    "sasl.username"."""

    bootstrap_servers: str = Field(
        default="localhost:9092",
        min_length=1,
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


class Workers(Section):
    """What the workers of any processor are set by."""

    app_id: str = Field(default="cairn-workers", min_length=1, max_length=150, pattern=r"^[A-Za-z0-9._-]+$",
        description="Consumer group; transactional ids and changelogs begin with it.",
    )  # fmt: skip
    state_dir: LocalPath = Field(
        default=Path(".cairn/state"), description="Local stores; may be lost, the changelog rebuilds them."
    )
    workers: int = Field(default=1, ge=1, le=256, description="Worker processes on this machine; each uses one core.")
    host: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._-]+$",
        description="Stable name of this machine in slot names; unset: its host name.",
    )  # fmt: skip
    membership: Literal["auto", "static", "dynamic"] = Field(
        default="auto",
        description="static: a killed worker is back in a second (StatefulSet); dynamic: a leaving one is replaced at "
        "once (Deployment); auto: static where the protocol is classic.",
    )
    group_protocol: Literal["classic", "consumer"] = Field(
        default="classic", description="consumer: the broker assigns (KIP-848, Kafka 4.0 and later)."
    )
    erasure_key: str = Field(
        default="",
        max_length=1024,
        repr=False,
        description="Secret under which erased contacts are remembered; empty: the app id. Never change it: who was "
        "erased under another would be counted again.",
    )
    accept_gap: bool = Field(default=False, description="Go on although retention deleted input that was never read.")
    transaction_timeout: Seconds = Field(
        default=10.0, ge=1, le=900, description="The broker aborts a transaction open for longer."
    )
    session_timeout: Seconds = Field(
        default=10.0,
        ge=1,
        le=1800,
        description="Silence after which the group gives a worker's partitions away.",
    )
    heartbeat: Seconds = Field(default=1.0, ge=0.1, le=60, description="Time between two heartbeats to the group.")
    max_poll: Seconds = Field(
        default=60.0,
        ge=1,
        le=86400,
        description="A loop that has not come round for this long leaves the group.",
    )
    drain: Seconds = Field(
        default=10.0, gt=0, le=3600, description="Time to finish after SIGTERM; then the worker is killed."
    )
    flush_interval: Seconds = Field(
        default=60.0, gt=0, description="Time between two flushes of the local stores to disk."
    )
    batch_records: int = Field(
        default=4_000, ge=1, le=1_000_000, description="Most records taken in at once when behind."
    )
    commit_span: Seconds = Field(
        default=1.0, gt=0, le=5, description="Longest that one transaction goes on taking in records when behind."
    )
    poll_idle: Seconds = Field(
        default=0.005, gt=0, le=1, description="Longest wait for records when idle: small for latency."
    )
    poll_behind: Seconds = Field(default=0.05, gt=0, le=1, description="Longest wait for a full batch when behind.")
    restore_slice: Seconds = Field(
        default=0.1, gt=0, le=1, description="Most time a restore takes before running tasks get their turn."
    )
    fetch_queue: Bytes = Field(default=64 * _MB, ge=_MB, description="Memory for records fetched ahead, per worker.")
    row_cache: Bytes = Field(default=64 * _MB, ge=0, description="Memory for decoded rows, per worker.")
    write_buffer: Bytes = Field(
        default=128 * _MB,
        ge=_MB,
        description="Memory for rows not yet on disk, all stores of a worker together.",
    )
    block_cache: Bytes = Field(
        default=64 * _MB,
        ge=_MB,
        description="Memory for blocks read from disk, all stores of a worker together.",
    )

    @property
    def static_members(self) -> bool:
        """Whether workers keep their place in the group over a restart."""
        return self.membership == "static" or (self.membership == "auto" and self.group_protocol == "classic")

    @property
    def erasure_secret(self) -> str:
        """The secret under which erased contacts are remembered."""
        return self.erasure_key or self.app_id

    @model_validator(mode="after")
    def _timings_fit(self) -> Self:
        """A wrong order of the bounds evicts healthy workers, or lets a dead one hold its partitions."""
        wrong = {
            "heartbeat is more than a third of session_timeout: one lost heartbeat would evict a worker": (
                self.heartbeat * 3 > self.session_timeout
            ),
            "session_timeout exceeds max_poll: a stuck loop would leave the group before a dead one": (
                self.session_timeout > self.max_poll
            ),
            "transaction_timeout exceeds max_poll: a slow commit would evict its worker": (
                self.transaction_timeout > self.max_poll
            ),
            "membership static needs group_protocol classic: KIP-848 refuses a restarted static member": (
                self.membership == "static" and self.group_protocol == "consumer"
            ),
        }
        faults = [fault for fault, found in wrong.items() if found]
        if faults:
            raise ValueError("; ".join(faults))
        return self


class Tracker(Workers):
    """The tracker's workers: usage events in, milestone-crossed out."""

    app_id: str = Field(default="cairn-tracker", min_length=1, max_length=150, pattern=r"^[A-Za-z0-9._-]+$",
        description="Consumer group; transactional ids and changelogs begin with it.",
    )  # fmt: skip
    milestones: LocalPath = Field(default=Path("milestones.yaml"), description="The milestones file.")
    dedupe_window: int = Field(
        default=16, ge=0, le=1024, description="Event ids remembered per contact; 8 bytes each in every row."
    )
    partitioner_check: Literal["all", "sample", "off"] = Field(
        default="sample",
        description="How many keys are checked against the partition that murmur2 would choose.",
    )
    record_size: Bytes = Field(
        default=DEFAULTS.record_bytes, ge=256, le=64 * _MB, description="Largest usage event let in."
    )
    record_nesting: int = Field(
        default=DEFAULTS.nesting, ge=2, le=100, description="How deep objects and arrays of an event may be nested."
    )
    event_future: Seconds = Field(
        default=DEFAULTS.future_ms / 1000,
        ge=0,
        description="How far ahead of the worker's clock an event may have happened.",
    )
    event_oldest: date = Field(
        default=date(2000, 1, 1), ge=date(1970, 1, 1), description="The day (UTC) before which no event happened."
    )

    @property
    def door_limits(self) -> Limits:
        """What the door of usage-events refuses beyond."""
        return Limits(
            record_bytes=self.record_size,
            nesting=self.record_nesting,
            earliest_ms=epoch_ms(datetime.combine(self.event_oldest, time(), UTC)),
            future_ms=round(self.event_future * 1000),
        )


class Planner(Workers):
    """The planner's workers: crossings in, decisions and deliveries out."""

    app_id: str = Field(default="cairn-planner", min_length=1, max_length=150, pattern=r"^[A-Za-z0-9._-]+$",
        description="Consumer group; transactional ids and changelogs begin with it.",
    )  # fmt: skip
    reward_key: str = Field(
        default="",
        max_length=1024,
        repr=False,
        description="Secret of reward codes; empty: the app id, which anybody may know.",
    )

    @property
    def reward_secret(self) -> str:
        """The secret that reward codes are made with."""
        return self.reward_key or self.app_id


class Http(Section):
    """The one port of a supervisor: health and metrics of all its workers."""

    host: str = Field(default="127.0.0.1", min_length=1, description="Address to listen on; 0.0.0.0 in a container.")
    port: Annotated[int | None, BeforeValidator(_port)] = Field(
        default=9464, ge=0, le=65535, description="Port; 0 picks a free one, off serves none."
    )


class Log(Section):
    """What is written to standard error."""

    format: Literal["auto", "json", "console"] = Field(
        default="auto", description="auto: console on a terminal, JSON elsewhere."
    )
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least serious lines to write."
    )


class Settings(Section):
    """The whole tree. `Settings()` is all defaults."""

    kafka: Kafka = Field(default_factory=Kafka, description="How to reach the brokers.")
    topics: Topics = Field(default_factory=Topics, description="The topics that `cairn topics apply` makes.")
    tracker: Tracker = Field(default_factory=Tracker, description="The tracker's workers.")
    planner: Planner = Field(default_factory=Planner, description="The planner's workers.")
    http: Http = Field(default_factory=Http, description="Health and metrics.")
    log: Log = Field(default_factory=Log, description="Standard error.")

    def prefixed(self, name: str) -> str:
        """`name` of a topic or app id as it is on the broker: the prefix isolates everything under it."""
        return self.topics.prefix + name
