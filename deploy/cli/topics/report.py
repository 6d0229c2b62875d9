"""How the three verbs of `cairn topics` show what they found."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.cli.invocation import Invocation
from deploy.cli.topics.difference import Difference, Remedy, WantedTopic
from deploy.cli.topics.loss import Loss

ALLOW_DELETION = "--allow-deletion"


def print_differences(invocation: Invocation, found: Sequence[Difference], lost: Sequence[Loss] = ()) -> None:
    """One row for each difference; below, what would be deleted, and what stands in the way of those refused."""
    rows = [(each.topic, each.what, each.now, each.wanted, each.remedy.value) for each in found]
    invocation.out.table(("TOPIC", "WHAT", "NOW", "WANTED", "APPLY"), rows)
    if lost:
        invocation.out.line()
    for each in lost:
        invocation.out.line(each.text)
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


def cure_of(found: Sequence[Difference], roles: Sequence[str] = ()) -> str:
    """What cures these differences: the fix of those that apply refuses, else the verbs."""
    refused = next((each.fix for each in found if each.remedy is Remedy.REFUSED and each.fix), None)
    if refused is not None:
        return refused
    of_roles = "".join(f" --role {each}" for each in roles)
    deletes = any(each.remedy is Remedy.DELETE for each in found)
    apply = f"`cairn topics apply{of_roles}{f' {ALLOW_DELETION}' if deletes else ''}` mends it"
    return f"`cairn topics plan{of_roles}` shows all of it, {apply}{', and lets records go' if deletes else ''}"


def foremost(found: Sequence[Difference]) -> Difference:
    """The one to name where there is room for one: that which `cure_of` is about."""
    return next((each for each in found if each.remedy is Remedy.REFUSED), found[0])


def document(
    wanted: Sequence[WantedTopic], found: Sequence[Difference], lost: Sequence[Loss] = ()
) -> dict[str, object]:
    """Topics, differences and what they delete for --json."""
    return {
        "topics": [
            {"name": t.name, "partitions": t.partitions, "replication": t.replication, "config": dict(t.config)}
            for t in wanted
        ],
        "differences": [each.document() for each in found],
        "deletes": [each.document() for each in lost],
    }
