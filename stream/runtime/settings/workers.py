"""What the workers of any processor are set by, and those of tracker and planner."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Literal

from pydantic import Field

from schemas.limits import DEFAULTS, Limits
from schemas.moment import epoch_ms
from stream.runtime.quantities import Bytes, Seconds
from stream.runtime.settings.group import Group
from stream.runtime.settings.section import MB, LocalPath


class Workers(Group):
    """What the workers of any processor of the engine are set by."""

    state_dir: LocalPath = Field(
        default=Path(".cairn/state"), description="Local stores; may be lost, the changelog rebuilds them."
    )
    host: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._-]+$",
        description="Stable name of this machine in slot names; unset: its host name.",
    )  # fmt: skip
    membership: Literal["auto", "static", "dynamic"] = Field(
        default="auto",
        description="static: a killed worker is back in a second (StatefulSet); dynamic: a leaving one is replaced at "
        "once (Deployment); auto: static where the protocol is classic.",
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
    flush_interval: Seconds = Field(
        default=60.0, gt=0, description="Time between two flushes of the local stores to disk."
    )
    stalled_after: Seconds = Field(
        default=30.0, ge=1, description="Records wait, and none was processed for this long: readyz says 503."
    )
    batch_records: int = Field(
        default=4_000, ge=1, le=1_000_000, description="Most records taken in at once when behind."
    )
    commit_span: Seconds = Field(
        default=1.0, gt=0, le=5, description="Longest that one transaction goes on taking in records when behind."
    )
    poll_idle: Seconds = Field(
        default=0.05, gt=0, le=1, description="Longest wait for records when idle; the first one ends it."
    )
    poll_behind: Seconds = Field(default=0.05, gt=0, le=1, description="Longest wait for a full batch when behind.")
    restore_slice: Seconds = Field(
        default=0.1, gt=0, le=1, description="Most time a restore takes before running tasks get their turn."
    )
    row_cache: Bytes = Field(
        default=64 * MB, ge=0, description="Memory for rows kept between transactions, per worker."
    )
    write_buffer: Bytes = Field(
        default=128 * MB,
        ge=MB,
        description="Memory for rows not yet on disk, all stores of a worker together.",
    )
    block_cache: Bytes = Field(
        default=64 * MB,
        ge=MB,
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

    @property
    def commit_timeout(self) -> float:
        """Seconds that a commit may take: no longer than its transaction lives."""
        return self.transaction_timeout

    def _wrong_timings(self) -> dict[str, bool]:
        return super()._wrong_timings() | {
            "transaction_timeout exceeds max_poll: a slow commit would evict its worker": (
                self.transaction_timeout > self.max_poll
            ),
            "membership static needs group_protocol classic: KIP-848 refuses a restarted static member": (
                self.membership == "static" and self.group_protocol == "consumer"
            ),
        }


class Tracker(Workers):
    """The tracker's workers: usage events in, milestone-crossed out."""

    app_id: str = Field(default="cairn-tracker", min_length=1, max_length=150, pattern=r"^[A-Za-z0-9._-]+$",
        description="Consumer group; transactional ids and changelogs begin with it.",
    )  # fmt: skip
    milestones: LocalPath = Field(default=Path("milestones.yaml"), description="The milestones file.")
    dedupe_window: int = Field(
        default=16, ge=0, le=1024, description="Event ids remembered per contact; 8 bytes each in every row."
    )
    record_size: Bytes = Field(
        default=DEFAULTS.record_bytes, ge=256, le=64 * MB, description="Largest usage event let in."
    )
    record_nesting: int = Field(
        default=DEFAULTS.nesting, ge=2, le=100, description="How deep objects and arrays of an event may be nested."
    )
    accelerator: Literal["auto", "off", "required"] = Field(
        default="auto",
        description="The native extension that counts plain events; auto: where it is installed. Python counts the "
        "same, at a quarter of the speed or less.",
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
    grace: Seconds = Field(
        default=900.0, ge=0, le=86_400, description="How long a contact who is unknown or not reachable is waited for."
    )
    spread: Seconds = Field(
        default=900.0, ge=0, le=86_400, description="Within how long messages go out that waited for a window to open."
    )
    lease: Seconds = Field(
        default=300.0,
        ge=1,
        le=3600,
        description="How long a released message may be tried before consent is asked again.",
    )
    give_up: Seconds = Field(
        default=604_800.0,
        ge=60,
        le=604_800,
        description="How long after its first release a message is tried at all; deliveries are kept as long.",
    )

    @property
    def reward_secret(self) -> str:
        """The secret that reward codes are made with."""
        return self.reward_key or self.app_id
