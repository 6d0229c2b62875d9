"""What every kind of worker is set by that shares its work with others of a consumer group."""

from typing import Literal, Self

from pydantic import Field, model_validator

from stream.runtime.quantities import Bytes, Seconds
from stream.runtime.settings.section import MB, Section


class Group(Section):
    """Members of one consumer group: how many, how they show that they live, how they end."""

    app_id: str = Field(default="cairn-workers", min_length=1, max_length=150, pattern=r"^[A-Za-z0-9._-]+$",
        description="Consumer group; transactional ids and changelogs begin with it.",
    )  # fmt: skip
    workers: int = Field(default=1, ge=1, le=256, description="Worker processes on this machine; each uses one core.")
    group_protocol: Literal["classic", "consumer"] = Field(
        default="classic", description="consumer: the broker assigns (KIP-848, Kafka 4.0 and later)."
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
    fetch_queue: Bytes = Field(default=64 * MB, ge=MB, description="Memory for records fetched ahead, per worker.")

    @property
    def commit_timeout(self) -> float:
        """Seconds that a commit may take."""
        return 10.0

    @model_validator(mode="after")
    def _timings_fit(self) -> Self:
        """A wrong order of the bounds evicts healthy workers, or lets a dead one hold its partitions."""
        faults = [fault for fault, found in self._wrong_timings().items() if found]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _wrong_timings(self) -> dict[str, bool]:
        return {
            "heartbeat is more than a third of session_timeout: one lost heartbeat would evict a worker": (
                self.heartbeat * 3 > self.session_timeout
            ),
            "session_timeout exceeds max_poll: a stuck loop would leave the group before a dead one": (
                self.session_timeout > self.max_poll
            ),
        }
