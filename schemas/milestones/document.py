"""The milestones file as types: everything that it can say, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from pydantic import AfterValidator, Field, PrivateAttr, SerializerFunctionWrapHandler, model_serializer

from schemas.channel import Channel
from schemas.milestones.condition import When
from schemas.milestones.duration import Duration, Pause, Span, Unit
from schemas.milestones.hours import Hours, QuietHours, SendWindow
from schemas.milestones.line import seen
from schemas.milestones.match import Matching
from schemas.milestones.metric import History, Metric, Section
from schemas.milestones.names import (
    LocaleName,
    MetricName,
    MilestoneId,
    ReferenceName,
    TimeZoneName,
    Url,
    WebAddress,
)
from schemas.milestones.optional import OrNone
from schemas.milestones.phrase import Means, Title
from schemas.milestones.problem import Path, Position, Problem, Severity
from schemas.milestones.share import Percentage, Share

TierName = Literal["minor", "major"]
TIER_NAMES: tuple[TierName, ...] = ("minor", "major")
Text = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(seen)]
"""One line of what can be seen: these texts stand in subjects, headers and titles of pushes, where a line end (which
YAML's folded texts have) or a character that nobody sees would end a header or deceive."""
Audience = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=256)], Matching],
    Field(description="Whom it is for: attributes of the contact, and metrics.<name>"),
]
QUIET_HOURS = Hours(21 * 60, 8 * 60)
"""Those of a file that says nothing of them: 21:00-08:00, in the contact's own time."""
Channels = Annotated[tuple[Channel, ...], Field(strict=False, min_length=1)]


class Product(Section):
    """Whose milestones these are."""

    name: Text
    url: WebAddress
    locale: LocaleName = "en"
    time_zone: TimeZoneName = Field("UTC", description="For contacts whose own zone is not known")


class Cap(Section):
    """How many messages a contact may get at most, and what happens to the rest."""

    messages: Annotated[int, Field(ge=1, le=1000)] = 3
    within: Span = Duration(7, Unit.DAY)
    then: Literal["defer", "drop"] = "defer"

    @model_serializer(mode="wrap")
    def _whole(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What it says of number and time is always written: releases before these had a default refuse it else."""
        written: dict[str, Any] = write(self)
        return {"messages": self.messages, "within": str(self.within)} | written


class Tier(Section):
    """What milestones of a tier have in common, unless they say otherwise. Each key has a default of its own."""

    channels: Channels
    send_window: SendWindow | None = None
    max_staleness: Span | None = None

    @model_serializer(mode="wrap")
    def _as_given(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Channels that a file names beside other keys are written, though they be the default: so it always was, and
        by the digest of what is written workers know that they have read all of it."""
        written: dict[str, Any] = write(self)
        return {"channels": self.channels} | written if "channels" in self.model_fields_set else written


class MinorTier(Tier):
    """What is said in passing."""

    channels: Channels = ("web_push", "mobile_push")


class MajorTier(Tier):
    """What is said on every channel."""

    channels: Channels = ("email", "web_push", "mobile_push")


class Tiers(Section):
    """Minor ones go by push, major ones by every channel."""

    minor: MinorTier = MinorTier()
    major: MajorTier = MajorTier()

    def of(self, name: TierName) -> Tier:
        """Return the tier of this name."""
        return self.minor if name == "minor" else self.major


class Link(Section):
    """A text that leads somewhere."""

    text: Text
    url: Url


class CallToActionVariant(Link):
    """The call to action for a part of the contacts; the first that fits is taken."""

    audience: Audience


class CallToAction(Link):
    """The one thing to do next, and what it is instead for some."""

    variants: Annotated[tuple[CallToActionVariant, ...], Field(strict=False)] = ()


class Nudge(Section):
    """A message before the milestone, once per threshold."""

    near: Percentage | None = Field(None, description="When this part of the threshold is reached")
    stuck_for: Span | None = Field(None, description="When near, and nothing was counted for so long")


class MilestoneEntry(Section):
    """One item under ``milestones``; with a ladder it stands for one milestone per threshold."""

    id: MilestoneId
    when: When
    tier: TierName = "minor"
    status: Literal["draft", "active", "retired"] = "active"
    title: Title | None = None
    means: Means | None = None
    call_to_action: CallToAction | None = None
    ask: Literal["review", "referral", "testimonial"] | None = None
    resources: Annotated[tuple[Link, ...], Field(strict=False)] = ()
    reward: ReferenceName | None = None
    audience: Audience = Field({})
    nudge: Nudge | None = None
    holdout: Percentage | None = Field(None, description="Overrides the share of contacts who are never messaged")
    channels: Channels | None = None
    send_window: SendWindow | None = None
    max_staleness: Span | None = None
    template: ReferenceName | None = None
    adoption: Literal["silent", "record_only"] = "silent"


class Document(Section):
    """A whole milestones file. `plain` writes it back; `digest` tells whether two say the same.

    What keeps people from being written to at night, or too often, holds by default, as the README promises: a file
    turns it off by ``none``, which is None here.
    """

    version: Literal[1]
    product: Product
    history: History = "from_now"
    quiet_hours: QuietHours = Field(QUIET_HOURS, json_schema_extra={"default": str(QUIET_HOURS)})
    cap: Annotated[Cap | None, OrNone("messages: 3, within: 7 days")] = Cap()
    bundle: Pause = Field(
        Duration(30, Unit.SECOND),
        description="What a contact reaches within this time is one message on each channel; 0 turns it off",
    )
    holdout: Percentage = Field(Share(0), json_schema_extra={"default": "0%"})
    tiers: Tiers = Tiers()
    metrics: dict[MetricName, Metric]
    milestones: Annotated[tuple[MilestoneEntry, ...], Field(strict=False)]

    _file: str = PrivateAttr(default="milestones")
    _positions: Mapping[Path, Position] = PrivateAttr(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return the document as the file writes it, without what equals a default; numbers stay exact.

        Quiet hours and cap stay where the file names them: to releases in which they had no default, nothing said is
        none at all, and workers of such a release may still run.
        """
        kept: dict[str, Any] = {}
        if "quiet_hours" in self.model_fields_set and self.quiet_hours is not None:
            kept["quiet_hours"] = str(self.quiet_hours)
        if "cap" in self.model_fields_set and self.cap is not None:
            kept["cap"] = self.cap.model_dump(exclude_defaults=True)
        return self.model_dump(by_alias=True, exclude_defaults=True) | kept

    def digest(self) -> str:
        """Return the SHA-256 (hex) of what the document says, whatever its comments and its order of keys."""
        return hashlib.sha256(_CANONICAL.encode(self.plain())).hexdigest()

    def located(self, file: str, positions: Mapping[Path, Position]) -> Document:
        """Return the document with the places of its values in the text that it was read from."""
        copy = self.model_copy()
        copy.__pydantic_private__ = {"_file": file, "_positions": positions}
        return copy

    def problem(self, at: Path, message: str, hint: str = "", severity: Severity = Severity.ERROR) -> Problem:
        """Return a problem at this path, or at the nearest place above it that the text has."""
        while at not in self._positions and at:
            at = at[:-1]
        return Problem(self._file, self._positions.get(at, Position()), message, hint, severity)


_CANONICAL = msgspec.json.Encoder(order="deterministic", decimal_format="number")
