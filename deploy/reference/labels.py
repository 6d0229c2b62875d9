"""What a label of a metric can be: its values where they are closed, else what bounds their number.

Every value of a label is a series of its own in Prometheus, for as long as that keeps data. So each label has a bound
that is known beforehand, and none has anything of a contact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import get_args

from channels.artwork.studio import TEXTS
from channels.portal.connections import Closed
from channels.portal.gallery import Kind
from channels.portal.visits import PAGES
from schemas.channel import CHANNELS
from schemas.decision import No
from schemas.milestone_crossed import Reason
from schemas.milestone_nudge import NudgeKind
from schemas.receipt import Outcome
from stream.runtime import metrics
from stream.runtime.metrics import Metric
from stream.runtime.settings import Dispatcher
from stream.runtime.snapshot import TaskState


@dataclass(frozen=True, slots=True)
class Label:
    """`values`: all there are; empty: not closed, and `bound` says what they are and why they are few."""

    values: tuple[str, ...] = ()
    bound: str = ""


_AFTER_UNKNOWN = get_args(Dispatcher.model_fields["after_unknown"].annotation)
_EVERYWHERE: Mapping[str, Label] = MappingProxyType(
    {
        "app": Label(bound="name of an app of reactions, in the code"),
        "channel": Label(CHANNELS),
        "exit": Label(bound="name of an exit code in small letters, or of the signal that ended it"),
        "host": Label(bound="host of an endpoint in `webhooks.urls`"),
        "milestone": Label(bound="id of a milestone in the file"),
        "outcome": Label(get_args(Outcome)),
        "page": Label(PAGES),
        "partition": Label(bound="number of a partition"),
        "reaction": Label(bound="name of an app of reactions, a slash, and that of its function"),
        "state": Label(tuple(each.value for each in TaskState)),
        "status": Label(bound="HTTP status"),
        "then": Label(_AFTER_UNKNOWN),
        "timer": Label(("due",)),
        "topic": Label(bound="name of a topic, with its prefix"),
        "worker": Label(bound="number of a worker, from 0"),
    }
)
_OF_ONE: Mapping[tuple[Metric, str], Label] = MappingProxyType(
    {
        (metrics.REJECTS, "code"): Label(bound="a [reject code](../schemas/README.md#reject-codes)"),
        (metrics.REQUESTS, "code"): Label(bound="the provider's own, such as `250 2.0.0` or `410`, at most 40 letters"),
        (metrics.REACTIONS_SET_ASIDE, "code"): Label(bound="a [reject code](../schemas/README.md#reject-codes)"),
        (metrics.REACTION_COMMITS, "outcome"): Label(("done", "refused")),
        (metrics.WEBHOOK_REQUESTS, "code"): Label(bound="HTTP status, or what ended the request"),
        (metrics.CROSSINGS, "celebrate"): Label(("yes", *get_args(Reason))),
        (metrics.NUDGES, "kind"): Label(get_args(NudgeKind)),
        (metrics.DECISIONS, "reason"): Label(("sent", *get_args(No))),
        (metrics.LINES_DROPPED, "reason"): Label(get_args(No)),
        (metrics.UNSUBSCRIPTIONS, "channel"): Label((*CHANNELS, "all")),
        (metrics.PORTAL_CONNECTIONS_CLOSED, "reason"): Label(tuple(each.value for each in Closed)),
        (metrics.PORTAL_PICTURES, "kind"): Label(get_args(Kind)),
        (metrics.PORTAL_PICTURES, "source"): Label(("drawn", "memory")),
        (metrics.PORTAL_PICTURE_SECONDS, "kind"): Label(get_args(Kind)),
        (metrics.PORTAL_TEXTS_LEFT_OUT, "text"): Label(TEXTS),
        (metrics.ABORTS, "reason"): Label(("poison", "refused", "store", "unknown")),
        (metrics.REBALANCES, "kind"): Label(("assigned", "revoked", "lost")),
        (metrics.REBUILDS, "reason"): Label(("damaged", "stale")),
    }
)


def label_of(metric: Metric, name: str) -> Label | None:
    """Return what a label of a metric can be; None if nobody has said so yet, which a test refuses."""
    return _OF_ONE.get((metric, name)) or _EVERYWHERE.get(name)
