"""How the three verbs of `cairn topics` show what they found."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.cli.invocation import Invocation
from deploy.cli.topics.difference import Difference, Remedy, WantedTopic


def print_differences(invocation: Invocation, found: Sequence[Difference]) -> None:
    """One row for each difference; below, what stands in the way of those that are refused."""
    rows = [(each.topic, each.what, each.now, each.wanted, each.remedy.value) for each in found]
    invocation.out.table(("TOPIC", "WHAT", "NOW", "WANTED", "APPLY"), rows)
    print_refusals(invocation, found)


def print_refusals(invocation: Invocation, found: Sequence[Difference]) -> None:
    """What apply will not do, once for each reason."""
    reasons: dict[str, list[str]] = {}
    for each in found:
        if each.remedy is Remedy.REFUSED:
            reasons.setdefault(each.fix or "", []).append(each.topic)
    for fix, topics in reasons.items():
        invocation.out.line()
        invocation.out.line(f"refused for {', '.join(topics)}: {fix}")


def document(wanted: Sequence[WantedTopic], found: Sequence[Difference]) -> dict[str, object]:
    """Topics and differences for --json."""
    return {
        "topics": [
            {"name": t.name, "partitions": t.partitions, "replication": t.replication, "config": dict(t.config)}
            for t in wanted
        ],
        "differences": [each.document() for each in found],
    }
