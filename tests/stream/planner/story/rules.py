"""Milestones files that say anything: tiers, channels, audiences, hours, freshness, caps and bundles at random."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from hypothesis import strategies as st

from schemas.channel import CHANNELS, Channel

DAY_MS = 86_400_000
LADDERS = {"documents": (10, 50, 100, 500), "pages": (10, 100, 1000), "teams": (5, 50, 500)}


@dataclass(frozen=True)
class Entry:
    """One milestone, on a rung of a metric."""

    metric: str
    threshold: int
    tier: Literal["minor", "major"]
    channels: tuple[Channel, ...]
    pro_only: bool
    fresh_days: int
    window: bool
    retired: bool = False

    @property
    def id(self) -> str:
        return f"{self.metric}-{self.threshold}"

    def written(self) -> str:
        """The item under `milestones`."""
        parts = [
            f"id: {self.id}",
            f"when: {{{self.metric}: {self.threshold}}}",
            f"tier: {self.tier}",
            "means: A lot.",
            f"channels: [{', '.join(self.channels)}]",
            f"max_staleness: {self.fresh_days} days",
            "nudge: {near: 90%}",
            "call_to_action: {text: Go, url: /go}",
        ]
        if self.pro_only:
            parts.append("audience: {plan: pro}")
        if self.window:
            parts.append("send_window: weekdays 09:00-11:30")
        if self.retired:
            parts.append("status: retired")
        return f"  - {{{', '.join(parts)}}}"


@dataclass(frozen=True)
class File:
    """A whole file."""

    entries: tuple[Entry, ...]
    cap: int
    within_days: int
    then: Literal["defer", "drop"]
    bundle_s: int
    quiet: bool

    def of(self, milestone: str) -> Entry:
        return next(each for each in self.entries if each.id == milestone)

    def retire(self, milestone: str) -> File:
        """The file once a milestone is retired."""
        entries = tuple(replace(each, retired=True) if each.id == milestone else each for each in self.entries)
        return replace(self, entries=entries)

    def written(self) -> str:
        """The text of the file."""
        lines = [
            "version: 1",
            'product: {name: Boards, url: "https://app.example", time_zone: Europe/Paris}',
            "history: complete",
            f"cap: {{messages: {self.cap}, within: {self.within_days} days, then: {self.then}}}",
            f"bundle: {self.bundle_s} seconds",
            f"quiet_hours: {'21:00-08:00' if self.quiet else 'none'}",
            "metrics:",
            *(f"  {metric}: {{count: events, from: {metric}_made}}" for metric in LADDERS),
            "milestones:",
            *(each.written() for each in self.entries),
        ]
        return "\n".join(lines)


@st.composite
def files(draw: st.DrawFn) -> File:
    """Any file; most of what it asks can happen within days."""
    entries = tuple(
        Entry(
            metric=metric,
            threshold=threshold,
            tier=draw(st.sampled_from(["minor", "major"])),
            channels=draw(st.sampled_from([CHANNELS, CHANNELS, CHANNELS[1:], CHANNELS[:1], CHANNELS[2:]])),
            pro_only=draw(st.sampled_from([False, False, True])),
            fresh_days=draw(st.sampled_from([1, 3, 7])),
            window=draw(st.sampled_from([False, False, True])),
        )
        for metric, thresholds in LADDERS.items()
        for threshold in thresholds
    )
    return File(
        entries=entries,
        cap=draw(st.integers(1, 3)),
        within_days=draw(st.sampled_from([1, 7])),
        then=draw(st.sampled_from(["defer", "drop"])),
        bundle_s=draw(st.sampled_from([0, 30, 600])),
        quiet=draw(st.booleans()),
    )
