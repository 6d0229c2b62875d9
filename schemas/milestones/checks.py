"""Rules of the file that join several of its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from schemas.milestones.condition import ALL_OF, SIGNED_UP, AllOf, Every, Reaches
from schemas.milestones.document import Link
from schemas.milestones.draft import Draft, DraftEntry
from schemas.milestones.expand import expand_entry
from schemas.milestones.metric import DISTINCT_BOUND, WHOLE_KINDS, Kind
from schemas.milestones.names import LONGEST
from schemas.milestones.nobody import (
    METRICS_PREFIX,
    audiences_of,
    fresh_when_open,
    open_windows,
    possible_audiences,
    somebody_to_message,
)
from schemas.milestones.number import Number
from schemas.milestones.phrase import PLACEHOLDERS, refused
from schemas.milestones.problem import Mistake, Path
from schemas.milestones.shape import KEY
from schemas.milestones.spelling import listed, nearest


def check(draft: Draft) -> list[Mistake]:
    """Return every mistake that needs more than one value of the file to be seen, and those of the draft."""
    return [*draft.mistakes, *(mistake for rule in _RULES for mistake in rule(draft))]


def known_metrics(draft: Draft) -> Iterator[Mistake]:
    """A condition and an audience name metrics of this file."""
    names = [*draft.metrics, SIGNED_UP, ALL_OF]
    for item in draft.entries:
        match item.entry.when:
            case Reaches(metric) | Every(metric) if metric not in draft.metrics:
                here = ("milestones", item.index, "when", metric, KEY)
                yield Mistake(
                    here, f"there is no metric '{metric}'", nearest(metric, names) or f"known: {listed(names)}"
                )
        for at, audience in audiences_of(item):
            for attribute in audience:
                name = attribute.removeprefix(METRICS_PREFIX)
                if name != attribute and name not in draft.metrics:
                    yield Mistake((*at, attribute, KEY), f"there is no metric '{name}'", nearest(name, draft.metrics))


def fitting_thresholds(draft: Draft) -> Iterator[Mistake]:
    """What is counted in whole steps has whole thresholds; what is bounded has none beyond its bound."""
    for item in draft.entries:
        for at, threshold in _thresholds(item):
            metric = draft.metrics.get(str(at[3]))
            if metric is None:
                continue
            if metric.kind in WHOLE_KINDS and not isinstance(threshold, int):
                message = f"'{at[3]}' counts in whole numbers and never is {threshold}"
                yield Mistake(at, message, f"write {int(threshold) + 1}")
            if metric.kind == Kind.DISTINCT and threshold > DISTINCT_BOUND:
                message = f"distinct values are counted up to {DISTINCT_BOUND}, and this is {threshold}"
                yield Mistake(at, message, "use a lower threshold, or count events instead")


def single_ids(draft: Draft) -> Iterator[Mistake]:
    """An id stands for one milestone, also after ladders have become rungs, and is not too long then."""
    first: dict[str, DraftEntry] = {}
    for item in draft.entries:
        if not item.knows("id", "when"):
            if item.knows("id"):
                first.setdefault(item.entry.id, item)
            continue
        ladder = isinstance(item.entry.when, Reaches) and item.entry.when.ladder
        for milestone in expand_entry(item.entry, item.index):
            at: Path = milestone.at if ladder else ("milestones", item.index, "id")
            if milestone.id in first:
                other = first[milestone.id].entry.id
                message = f"the id '{milestone.id}' is taken" + (
                    f" by a rung of the ladder '{other}'" if other != milestone.id else ""
                )
                yield Mistake(at, message, "give every milestone an id of its own")
            first.setdefault(milestone.id, item)
            if len(milestone.id) > LONGEST:
                yield Mistake(
                    at,
                    f"the id '{milestone.id}' is longer than {LONGEST} characters",
                    "shorten the ladder's id",
                )


def meaning_of_major(draft: Draft) -> Iterator[Mistake]:
    """A major milestone says what its number means."""
    for item in draft.entries:
        if item.entry.tier == "major" and item.entry.means is None and item.knows("tier", "means"):
            yield Mistake(
                ("milestones", item.index),
                f"the major milestone '{item.entry.id}' does not say what it means to the contact",
                "add means: and one sentence, or make it tier: minor",
            )


def filled_placeholders(draft: Draft) -> Iterator[Mistake]:
    """Nothing stands in braces that a message would show as it is."""
    for item in draft.entries:
        at: Path = ("milestones", item.index)
        for name, phrase in (("title", item.entry.title), ("means", item.entry.means)):
            for path, text in phrase.texts() if phrase is not None and item.knows(name) else ():
                yield from _unfilled((*at, name, *path), name, text, PLACEHOLDERS)
        action = item.entry.call_to_action
        links: list[tuple[Path, Link]] = []
        if action is not None:
            links = [(("call_to_action",), action)]
            links += [(("call_to_action", "variants", index), each) for index, each in enumerate(action.variants)]
        links += [(("resources", index), each) for index, each in enumerate(item.entry.resources)]
        for place, link in links:
            yield from _unfilled((*at, *place, "text"), "the text of a link", link.text, ())
    for metric, found in draft.metrics.items():
        for below, text in found.unit_phrase.texts() if found is not None and found.unit_phrase else ():
            yield from _unfilled(("metrics", metric, "unit", *below), "unit", text, ())


def _unfilled(at: Path, what: str, text: str, allowed: tuple[str, ...]) -> Iterator[Mistake]:
    if (stray := refused(text, allowed)) is not None:
        guess = nearest(stray.strip("{} %"), allowed)
        names = ", ".join(f"{{{each}}}" for each in allowed)
        hint = f"{guess} {names} are filled".strip() if allowed else "this text is taken as it is: write the words"
        yield Mistake(at, f"nothing fills {stray} in {what}", hint)


def known_members(draft: Draft) -> Iterator[Mistake]:
    """A composite names milestones of this file that can be reached, and not itself, not even by a detour."""
    members: dict[str, tuple[str, ...]] = {}
    entries: dict[str, DraftEntry] = {}
    ladders: dict[str, list[str]] = {}
    for item in draft.entries:
        rungs = (
            [milestone.id for milestone in expand_entry(item.entry, item.index)]
            if item.knows("when")
            else [item.entry.id]
        )
        entries.update((rung, item) for rung in rungs)
        if rungs != [item.entry.id]:
            ladders[item.entry.id] = rungs
        if isinstance(item.entry.when, AllOf):
            members[item.entry.id] = item.entry.when.milestones
    for item in draft.entries:
        if not isinstance(item.entry.when, AllOf):
            continue
        for index, member in enumerate(item.entry.when.milestones):
            at = ("milestones", item.index, "when", ALL_OF, index)
            if member in ladders:
                yield Mistake(at, f"'{member}' is a ladder, not a milestone", f"name a rung: {listed(ladders[member])}")
            elif member not in entries:
                yield Mistake(
                    at, f"there is no milestone '{member}'", nearest(member, entries.keys() - {item.entry.id})
                )
            elif item.entry.id in _reachable(member, members):
                yield Mistake(
                    at, f"'{member}' waits for '{item.entry.id}', which waits for it", "remove one of the two"
                )
            elif entries[member].entry.status == "draft" and item.entry.status == "active":
                yield Mistake(
                    at,
                    f"'{member}' is a draft, so '{item.entry.id}' could never be reached",
                    "make it active",
                )


def sensible_nudges(draft: Draft) -> Iterator[Mistake]:
    """A nudge tells of a threshold that is near, and being stuck means being stuck near it."""
    for item in draft.entries:
        nudge = item.entry.nudge
        if nudge is None:
            continue
        at: Path = ("milestones", item.index, "nudge")
        if item.knows("when") and not isinstance(item.entry.when, Reaches | Every):
            yield Mistake(
                at, "a nudge needs a threshold to be near to, and this milestone has none", "remove the nudge"
            )
        if nudge.near is None:
            yield Mistake(at, "'nudge' does not say what near is", "add near: 90%")
        elif not 0 < nudge.near.basis_points < 10_000:
            yield Mistake(
                (*at, "near"),
                f"{nudge.near} of a threshold is not near it",
                "write a percentage between 0% and 100%, such as 90%",
            )


def _thresholds(item: DraftEntry) -> Iterator[tuple[Path, Number]]:
    for milestone in expand_entry(item.entry, item.index):
        threshold = milestone.threshold or milestone.every
        if threshold is not None:
            yield milestone.at, threshold


def _reachable(start: str, members: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return the milestones that ``start`` waits for, itself included."""
    seen: set[str] = set()
    left = [start]
    while left:
        milestone = left.pop()
        if milestone not in seen:
            seen.add(milestone)
            left.extend(members.get(milestone, ()))
    return seen


_RULES: tuple[Callable[[Draft], Iterator[Mistake]], ...] = (
    known_metrics,
    fitting_thresholds,
    single_ids,
    meaning_of_major,
    known_members,
    sensible_nudges,
    filled_placeholders,
    open_windows,
    fresh_when_open,
    somebody_to_message,
    possible_audiences,
)
