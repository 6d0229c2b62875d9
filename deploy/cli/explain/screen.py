"""An explanation on one screen."""

from __future__ import annotations

from collections.abc import Iterator

from deploy.cli.contact_progress import METRIC_COLUMNS, metric_cells
from deploy.cli.explain.celebration import Celebration
from deploy.cli.explain.clock import Clock
from deploy.cli.explain.event_glance import EventName
from deploy.cli.explain.explanation import Explanation
from deploy.cli.explain.facts import EVENTS_READ
from deploy.cli.explain.words import STATES, lines_of
from deploy.cli.output import Output
from deploy.cli.text import counted, moment
from schemas.contact import Contact
from schemas.milestone_nudge import MilestoneNudge
from schemas.reject_codes import CODES


def show(out: Output, explanation: Explanation, limit: int) -> None:
    """Print all of it: of the celebrations the `limit` newest (0: all)."""
    facts = explanation.facts
    version = f", rules version {facts.rules.version}" if facts.rules is not None else ", no milestones are in force"
    out.line(f"contact {facts.contact_id}, partition {facts.tracker.partition}{version}", style="bold")
    about = dict(explanation.about)
    if facts.erased_ms:
        about["erased_at"] = moment(facts.erased_ms)
    if about:
        out.line(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in about.items()))
    _counted(out, explanation)
    _reachable(out, explanation)
    _celebrations(out, explanation, limit)
    _misplaced(out, explanation)
    _letters(out, explanation)


def _counted(out: Output, explanation: Explanation) -> None:
    out.line()
    if explanation.metrics:
        out.table(METRIC_COLUMNS, [metric_cells(each) for each in explanation.metrics], right=("VALUE", "MARK"))
    else:
        out.line("Nothing was counted so far.")
    events = explanation.facts.events
    out.line()
    if events:
        rows = [(each.name, each.records, each.repeated, moment(each.at_ms), counting(each)) for each in events]
        out.table(("EVENT", "READ", "REPEATED", "LAST", "COUNTED"), rows, right=("READ", "REPEATED"))
    else:
        out.line(f"No usage event of the contact is among the newest {EVENTS_READ:,} of its partition.")


def counting(event: EventName) -> str:
    """Which metrics count events of this name, how many their filters let through, and how many a baseline holds."""
    if event.is_baseline:
        taken = ", ".join(event.passed)
        return f"as what stood before: {taken}" if taken else "no: it was put aside, and its dead letter says why"
    if not event.passed:
        return "no: no metric counts this name"
    parts = [
        (f"by {metric}" if passed == event.records else f"by {metric}, whose filter passes {passed:,}")
        + (f", {event.covered[metric]:,} of them in its baseline already" if metric in event.covered else "")
        for metric, passed in event.passed.items()
    ]
    return "; ".join(parts) + (f"; {event.backfill:,} as backfill" if event.backfill else "")


def _reachable(out: Output, explanation: Explanation) -> None:
    profile = explanation.facts.planner.profile
    out.line()
    if profile is None:
        out.line("The planner has no profile of the contact: none came on contacts, or it was removed.")
    else:
        _profile(out, profile, explanation)
    if explanation.changes:
        out.line()
        rows = [(moment(each.at_ms), each.change, each.channel, each.reason) for each in explanation.changes]
        out.table(("CHANGED", "CHANGE", "CHANNEL", "REASON"), rows)


def _profile(out: Output, profile: Contact, explanation: Explanation) -> None:
    rows = [
        (each.channel, "yes" if each.consent else "no", ", ".join(each.targets) or "nobody", each.why_not)
        for each in explanation.channels
    ]
    out.table(("CHANNEL", "CONSENT", "REACHES", "WHY NOT"), rows)
    said = (
        f"time zone {profile.time_zone}" if profile.time_zone else "",
        f"locale {profile.locale}" if profile.locale else "",
    )
    if any(said):
        out.line(", ".join(filter(None, said)))


def _celebrations(out: Output, explanation: Explanation, limit: int) -> None:
    everything = explanation.celebrations
    shown = everything[-limit:] if limit else everything
    if not everything:
        out.line()
        out.line("No milestone was reached so far, and none is near: there is nothing to celebrate.")
    for each in shown:
        out.line()
        out.line(_heading(each), style="bold")
        out.facts(_channels(each, explanation.clock))
    if len(shown) < len(everything):
        out.note(f"{counted(len(everything) - len(shown), 'older one')} not shown (--limit 0 for all)")


def _heading(each: Celebration) -> str:
    name = each.name
    at = moment(each.at_ms)
    if each.record is None:
        return f"{name} ({each.subject} no longer kept, decided at {at})"
    if isinstance(each.record, MilestoneNudge):
        return f"{name}, {each.record.kind} at {at}: {each.record.value:,}, {each.record.remaining:,} to go"
    return f"{name}, reached at {at} with {each.record.value:,}"


def _channels(each: Celebration, clock: Clock) -> Iterator[tuple[str, str]]:
    for on in each.channels:
        first, *more = lines_of(on, clock)
        yield f"  {on.channel}", f"{STATES[on.state]}: {first}"
        yield from (("", line) for line in more)


def _misplaced(out: Output, explanation: Explanation) -> None:
    facts = explanation.facts
    rows = [(each.topic, each.records, f"{each.partition}:{each.offset}") for each in facts.misplaced]
    if rows:
        out.line()
        out.table(("IN THE WRONG PARTITION", "RECORDS", "LAST"), rows, right=("RECORDS",))
        out.line(f"They have no effect: partition {facts.tracker.partition} is where murmur2 puts the contact.")
        out.hint(CODES["wrong_partition"].cure)
        out.hint("A profile or a change can be written anew: `cairn contact put`, `cairn contact change`.")


def _letters(out: Output, explanation: Explanation) -> None:
    rows = [
        (each.topic, code, count, known.cure if (known := CODES.get(code)) is not None else "")
        for each in explanation.facts.letters
        for code, count in each.by_code.items()
    ]
    if rows:
        out.line()
        out.table(("DEAD LETTERS IN", "CODE", "COUNT", "CURE"), rows, right=("COUNT",))
