"""What reactions are set by, and the webhooks that are shipped as one."""

from typing import Self

from pydantic import Field, model_validator

from stream.runtime.quantities import Seconds
from stream.runtime.settings.group import Group
from stream.runtime.settings.section import LocalPath, Section, Words


class Reactions(Section):
    """The workers of `cairn run reactions`, and how long they try."""

    workers: int = Field(default=1, ge=1, le=256, description="Worker processes on this machine.")
    session_timeout: Seconds = Field(
        default=10.0, ge=1, le=80, description="Silence after which the group gives a worker's partitions away."
    )
    heartbeat: Seconds = Field(default=1.0, ge=0.1, le=60, description="Time between two heartbeats to the group.")
    hand_over: Seconds = Field(
        default=10.0,
        ge=0,
        le=300,
        description="How long a rebalance waits for records in hand; what takes longer is handled again elsewhere.",
    )
    drain: Seconds = Field(
        default=25.0, gt=0, le=3600, description="Time to finish after SIGTERM; then the worker is killed."
    )
    patience: Seconds = Field(
        default=300.0, ge=0, description="How long a record that fails is tried again before its on_error decides."
    )
    longest_pause: Seconds = Field(
        default=30.0, gt=0, le=3600, description="Longest pause between two tries of a record."
    )
    stall: Seconds = Field(
        default=600.0,
        ge=5,
        description="A worker that reads nothing although it could, or whose reaction holds one record or asks for "
        "none, for so long is restarted.",
    )
    accept_gap: bool = Field(
        default=False, description="Go on although retention deleted records that were never read."
    )

    @property
    def group(self) -> Group:
        """As the supervisor and the health page see them."""
        # Beyond the drain the client leaves the group and the producer flushes; then the worker is killed.
        return Group(workers=self.workers, drain=self.drain + 5.0, max_poll=max(60.0, self.session_timeout))

    @model_validator(mode="after")
    def _timings_fit(self) -> Self:
        if self.heartbeat * 3 > self.session_timeout:
            raise ValueError("heartbeat is more than a third of session_timeout: one lost one would evict a worker")
        return self


class Webhooks(Section):
    """Milestones posted to endpoints of yours; each endpoint is an app of its own."""

    urls: Words = Field(default=(), description="Endpoints, https; each gets every milestone-crossed record.")
    secrets: Words = Field(
        default=(),
        repr=False,
        description="Secrets that sign requests, whsec_ and base64; several while one is being replaced.",
    )
    milestones: Words = Field(default=(), description="Ids of the milestones to post; none named: all.")
    celebrated_only: bool = Field(
        default=False, description="Post only crossings that are celebrated, and not those of the past."
    )
    in_flight: int = Field(default=8, ge=1, le=256, description="Requests to one endpoint at once, per worker.")
    attempt_timeout: Seconds = Field(
        default=15.0, gt=0, le=300, description="How long an endpoint may take to answer one request."
    )
    give_up: Seconds = Field(
        default=86_400.0, ge=0, description="How long one record is tried; then it is a dead letter, to be replayed."
    )
    longest_pause: Seconds = Field(default=300.0, gt=0, le=3600, description="Longest pause between two tries.")
    loopback: bool = Field(
        default=False, description="Let endpoints lead to this machine, for trying things; others must be public."
    )
    loopback_ca_file: LocalPath | None = Field(
        default=None, description="CA certificates (PEM) of endpoints on this machine."
    )
