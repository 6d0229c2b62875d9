"""All that a template may say. Everything is text made ready: numbers have their separators, dates their words.

The checks read the shape from the annotations here, so a name is known to templates exactly when it is a field.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import NewType

Url = NewType("Url", str)
"""An address made whole: only such a value may stand in a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its unit.

    - `number`: as people write it, `1,001` or `$10,000`.
    - `label`: the words to stand beside a large number, `documents`; empty where there are none.
    - `phrase`: both in one, to stand in a sentence, `1,001 documents` or `$10,000 in revenue`.
    - `exact`: plain digits, `1001`.
    """

    number: str
    label: str
    phrase: str
    exact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Whose message it is."""

    name: str
    url: Url


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom it is for. `greeting` is `Hi Ada` or, without a name, `Hi there`."""

    name: str | None
    greeting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """What it is about. `title` is its title in the catalogue or the milestones file, else its id in words.

    `named` says that the file gives it a title. `metric` is the metric's name in words; `one` and `many` are the nouns
    of what is counted (`project`, `projects`) where they are surely right; `unit` is what the number is in, `USD`.
    `kind` is count, sum, highest, distinct, streak, anniversary, composite, near or stuck; `tier` minor or major.
    """

    id: str
    title: str
    named: bool
    kind: str
    tier: str
    occurrence: int
    metric: str | None
    one: str | None
    many: str | None
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The milestone that lies ahead; `percent` (0 to 99) is how much of it is done."""

    threshold: Figure
    remaining: Figure
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A text that leads somewhere."""

    text: str
    url: Url


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Something to ask for after the praise: `sentence` says it, `link` leads there. `kind` is as the file names it."""

    kind: str
    sentence: str
    link: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """A gift: its name in words, and the code to redeem it."""

    name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A milestone reached before, or with this one; `on` is its day, empty where nobody knows it."""

    title: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A field of a calendar. `text` is the day of the month, `14`, or the day that a week begins with, `9 Nov`.

    `kept` says that it belongs to the streak, `reached` that it is the one on which the milestone was reached.
    """

    text: str
    kept: bool
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The last weeks of a streak, at most five.

    - `unit`: `days` or `weeks`.
    - `weekdays`: heading of seven columns, beginning as the language's weeks do; empty for weeks.
    - `rows`: the fields, oldest first; seven a row, or all weeks in one.
    - `first`, `last`: the days between which all that is shown as kept lies.
    - `earlier`: how much of the streak lies before the first field.
    """

    unit: str
    weekdays: tuple[str, ...]
    rows: tuple[tuple[Day, ...], ...]
    first: str
    last: str
    earlier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """`animated` is 480 x 240, `still` 192 x 192."""

    animated: Url
    still: Url


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One message. What is None or empty may be missing: a template must ask with `{% if %}` before it uses it.

    `passed` says that the value went beyond the threshold. `share` is missing in nudges. `calendar` is there for
    streaks alone. `also` are milestones reached with this one, told in a line each, the highest first. `language` is a
    BCP 47 tag, `direction` that of its writing, `ltr` or `rtl`.
    """

    language: str
    direction: str
    product: Product
    contact: Person
    milestone: Milestone
    value: Figure
    threshold: Figure
    passed: bool
    next: Next | None
    reached_on: str
    days_since_signup: int | None
    means: str | None
    call_to_action: Link
    ask: Ask | None
    resources: tuple[Link, ...]
    reward: Reward | None
    history: tuple[Past, ...]
    also: tuple[Past, ...]
    calendar: Calendar | None
    share: Url | None
    unsubscribe: Url
    pictures: Pictures
    postal_address: str

    def values(self) -> dict[str, object]:
        """Return its fields by name."""
        return dict(zip(_NAMES, _VALUES(self), strict=True))

    def public_values(self) -> dict[str, object]:
        """Return those that the whole world may see."""
        return {name: getattr(self, name) for name in PUBLIC}


_NAMES = tuple(each.name for each in fields(Context))
_VALUES = attrgetter(*_NAMES)
PUBLIC = ("language", "direction", "product", "milestone", "value", "threshold", "passed", "means")
"""All that `share.txt` may say: its text stands on the page to share, where nothing may lead to a person."""
