"""The milestones file as types: everything that it can say, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field, PrivateAttr

from schemas.channel import Channel
from schemas.milestones.condition import When
from schemas.milestones.duration import Span
from schemas.milestones.hours import QuietHours, SendWindow
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
from schemas.milestones.problem import Path, Position, Problem, Severity
from schemas.milestones.share import Percentage, Share

TierName = Literal["minor", "major"]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Audience = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=256)], Matching],
    Field(description="Whom it is for: attributes of the contact, and metrics.<name>"),
]
Channels = Annotated[tuple[Channel, ...], Field(strict=False, min_length=1)]


class Product(Section):
    """Whose milestones these are."""

    name: Text
    url: WebAddress
    locale: LocaleName = "en"
    time_zone: TimeZoneName = Field("UTC", description="For contacts whose own zone is not known")


class Cap(Section):
    """How many messages a contact may get at most, and what happens to the rest."""

    messages: Annotated[int, Field(ge=1, le=1000)]
    within: Span
    then: Literal["defer", "drop"] = "defer"


class Tier(Section):
    """What milestones of a tier have in common, unless they say otherwise."""

    channels: Channels | None = None
    send_window: SendWindow | None = None
    max_staleness: Span | None = None


class Tiers(Section):
    """Minor ones go by push, major ones by every channel."""

    minor: Tier = Tier(channels=("web_push", "mobile_push"))
    major: Tier = Tier(channels=("email", "web_push", "mobile_push"))


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
    means: Text | None = Field(None, description="What the number means to the contact; required for major")
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
    """A whole milestones file. `plain` writes it back; `digest` tells whether two say the same."""

    version: Literal[1]
    product: Product
    history: History = "from_now"
    quiet_hours: QuietHours | None = None
    cap: Cap | None = None
    holdout: Percentage = Share(0)
    tiers: Tiers = Tiers()
    metrics: dict[MetricName, Metric]
    milestones: Annotated[tuple[MilestoneEntry, ...], Field(strict=False)]

    _file: str = PrivateAttr(default="milestones")
    _positions: Mapping[Path, Position] = PrivateAttr(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return the document as the file writes it, without what equals a default; numbers stay exact."""
        return self.model_dump(by_alias=True, exclude_defaults=True)

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
