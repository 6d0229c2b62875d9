"""What can be chosen, and what an address chooses of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from deploy.preview.state import BEYOND, CHANNELS, EXACT, IMAGES, OWN, REACHED, SCHEMES, State
from deploy.rehearsal.nudge import nudges_of
from schemas.milestones.condition import Anniversary
from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone, expand
from schemas.milestones.number import Number
from schemas.milestones.spelling import listed, nearest

MOST_OCCURRENCES = 1_000_000
_LONGEST_NUMBER = 30


@dataclass(frozen=True, slots=True)
class Choices:
    """The milestones by id, in the order of the file; the ids of contacts; the languages."""

    document: Document
    milestones: Mapping[str, Milestone]
    contacts: tuple[str, ...]
    languages: tuple[str, ...]

    @classmethod
    def of(cls, document: Document, contacts: Iterable[str], languages: tuple[str, ...]) -> Choices:
        """Return what there is to choose."""
        return cls(document, {each.id: each for each in expand(document)}, tuple(contacts), languages)

    def moments(self, milestone: str) -> tuple[str, ...]:
        """Return the moments of a milestone: when it is reached, and its nudges."""
        return (REACHED, *nudges_of(self.milestones[milestone]))

    def repeats(self, milestone: str) -> bool:
        """Whether a milestone comes again and again."""
        found = self.milestones[milestone]
        return found.every is not None or (isinstance(found.condition, Anniversary) and found.condition.repeats)

    def values(self, state: State) -> tuple[Number, Number] | None:
        """Return the exact number and the one beyond it; None where no number is reached."""
        found = self.milestones[state.milestone]
        if found.metric is None or state.moment != REACHED:
            return None
        exact = (found.threshold or 0) if found.every is None else found.every * state.occurrence
        return exact, exact + 1

    def number(self, state: State) -> Number | None:
        """Return the number reached of a state that was chosen here; None: exactly the threshold."""
        values = self.values(state)
        if values is None:
            return None
        if state.value in (EXACT, BEYOND):
            return values[state.value == BEYOND]
        return _number(state.value)


def choose(given: Mapping[str, str], choices: Choices) -> tuple[State, list[str]]:
    """Return the state that an address names, and a sentence on each thing in it that there is not.

    What is unknown is replaced by the first there is, so that the page always shows something.
    """
    picking = _Picking(given)
    milestone = picking.one("milestone", choices.milestones)
    moment = picking.one("moment", choices.moments(milestone))
    occurrence = picking.count("occurrence") if choices.repeats(milestone) else 1
    channel = picking.one("channel", CHANNELS)
    state = State(
        milestone=milestone,
        moment=moment,
        occurrence=occurrence,
        contact=picking.one("contact", choices.contacts),
        locale=picking.one("locale", (OWN, *choices.languages)),
        channel=channel,
        view=picking.one("view", CHANNELS[channel]),
        scheme=picking.one("scheme", SCHEMES),
        images=picking.one("images", IMAGES),
    )
    value = picking.value(choices.values(state), choices.milestones[milestone])
    picking.unknown(State.__dataclass_fields__)
    return replace(state, value=value), picking.notes


class _Picking:
    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self.notes: list[str] = []

    def one(self, name: str, known: Iterable[str]) -> str:
        names = tuple(known)
        asked = self._given.get(name, "")
        if asked in names:
            return asked
        if asked:
            self.notes.append(f"There is no {name} “{asked[:80]}”: {_offer(asked, names)} Shown instead: {names[0]}.")
        return names[0]

    def count(self, name: str) -> int:
        asked = self._given.get(name, "") or "1"
        if asked.isascii() and asked.isdecimal() and len(asked) < 8 and 1 <= int(asked) <= MOST_OCCURRENCES:
            return int(asked)
        self.notes.append(f"“{asked[:80]}” is no {name}: it is a whole number from 1. Shown instead: 1.")
        return 1

    def value(self, values: tuple[Number, Number] | None, milestone: Milestone) -> str:
        asked = self._given.get("value", "") or EXACT
        if values is None or asked == EXACT:
            return EXACT
        if asked == BEYOND and milestone.every is not None and milestone.every <= 1:
            self.notes.append("One beyond would be the next occurrence. Shown instead: exactly the threshold.")
            return EXACT
        if asked == BEYOND:
            return BEYOND
        number = _number(asked)
        beyond = None if milestone.every is None else values[0] + milestone.every
        if number is None or number < values[0] or (beyond is not None and number >= beyond):
            upto = "" if beyond is None else f" and below {beyond:,}"
            said = f"“{asked[:80]}” is no value of this milestone: exact, beyond, or a number from {values[0]:,}{upto}"
            self.notes.append(f"{said}. Shown instead: exact.")
            return EXACT
        return asked

    def unknown(self, known: Iterable[str]) -> None:
        names = tuple(known)
        for each in self._given:
            if each not in names:
                self.notes.append(f"This address says “{each[:80]}”, which means nothing here: {_offer(each, names)}")


def _offer(asked: str, names: tuple[str, ...]) -> str:
    return nearest(asked, names) or f"there is {listed(names, 12)}."


def _number(text: str) -> Number | None:
    if len(text) > _LONGEST_NUMBER or not text.isascii():
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    return int(number) if number == number.to_integral_value() else number
