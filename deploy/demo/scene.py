"""What there is to be seen at one moment, without how it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from deploy.demo.audit import Balance
from schemas.channel import Channel


class Tone(Enum):
    """How a piece of news is meant."""

    PLAIN = "plain"
    BLOW = "blow"
    """Something was broken, on purpose."""
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened in the story. `at`: seconds since it began."""

    at: float
    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Reached:
    """A crossing, in words. `guest`: of somebody who is not one of the product's people."""

    at: float
    text: str
    major: bool = False
    guest: bool = False


@dataclass(frozen=True, slots=True)
class Worker:
    """One row of the workers. `index` is None for that of the reaction."""

    index: int | None
    pid: int | None
    state: str
    restarts: int


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything. Rates are events per second, `pulse` the last rates of counting, oldest first."""

    bootstrap: str
    at: float = 0.0
    sent: int = 0
    sent_rate: float = 0.0
    counted_rate: float = 0.0
    pulse: Sequence[float] = ()
    waiting: int = 0
    most_waiting: int = 0
    balance: Balance = field(default_factory=Balance)
    refused: int = 0
    repeats: int = 0
    workers: Sequence[Worker] = ()
    news: Sequence[News] = ()
    reached: Sequence[Reached] = ()
    arrived: Sequence[News] = ()
    """Messages at their places, in words."""
    received: Mapping[Channel, int] = field(default_factory=dict)
    """Messages that arrived, by channel."""
    page: str = ""
    """Where they can be looked at."""
    preview: str = ""
    """The command that shows every message there could be."""
    invitation: Sequence[str] = ()
    """The command for the second terminal; empty until it would be of use."""
    ends_by_itself: bool = False
