"""What the configs of topics mean: when a value is as good as another, and when a change deletes records. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping

_POLICY = "cleanup.policy"
_LIMITS = ("retention.ms", "retention.bytes", "local.retention.ms", "local.retention.bytes")
"""Beyond which a topic with cleanup.policy delete loses records; negative: there is no such limit of its own."""
# More than we ask for keeps records for longer, or takes larger ones: somebody's own choice, and no harm.
_LEASTS = frozenset({*_LIMITS, "delete.retention.ms", "max.message.bytes"})
# Less than we ask for only makes segments smaller, and compacts them earlier.
_MOSTS = frozenset({"segment.bytes", "segment.ms", "min.cleanable.dirty.ratio", "max.compaction.lag.ms"})
_ADVICE = frozenset({"compression.type"})


def suffices(key: str, now: str | None, wanted: str, *, exactly: bool) -> bool:
    """Whether a topic may stay as it is `now`; None is a value that the broker does not tell.

    Not `exactly`: a topic that keeps its records for longer than `wanted` is as it should be.
    """
    if now is None:
        return False
    if key == _POLICY:
        return _policies(now) == _policies(wanted)
    try:
        there, asked = _number(key, now), _number(key, wanted)
    except ValueError:
        return now.strip().lower() == wanted.strip().lower()
    if there == asked or exactly:
        return there == asked
    return (key in _LEASTS and there > asked) or (key in _MOSTS and there < asked)


def is_needed(key: str) -> bool:
    """Whether the work rests on this config."""
    return key not in _ADVICE


def is_about_keeping(key: str) -> bool:
    """Whether this config decides what a topic keeps."""
    return key == _POLICY or key in _LIMITS


def deletes(now: Mapping[str, str], then: Mapping[str, str]) -> bool:
    """Whether records that a topic keeps under the configs `now` may go under the configs `then`.

    Compaction does not count: the topics that we compact are tables, of which a replaced row is no part.
    """
    return any(_limit(key, then) < _limit(key, now) for key in _LIMITS)


def kept_ms(config: Mapping[str, str]) -> float:
    """Age in milliseconds at which records are deleted; infinite where they are not."""
    return _limit("retention.ms", config)


def _limit(key: str, config: Mapping[str, str]) -> float:
    if "delete" not in _policies(config.get(_POLICY, "delete")):
        return math.inf
    return _number(key, config.get(key, "-1"))


def _policies(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(","))


def _number(key: str, text: str) -> float:
    number = float(text)
    return math.inf if key in _LIMITS and number < 0 else number
