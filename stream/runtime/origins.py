"""Where a setting's value came from, and what is wrong with it."""

from dataclasses import dataclass
from typing import Literal

from schemas.errors import CairnError
from stream.runtime.exits import Exit


@dataclass(frozen=True, slots=True)
class Origin:
    """`kind` and, beside it, the place: the file and key, the variable's name, or the option."""

    kind: Literal["default", "file", "env", "option"]
    place: str = ""

    def __str__(self) -> str:
        return self.kind if not self.place else self.place if self.kind == "file" else f"{self.kind} {self.place}"


DEFAULT = Origin("default")


@dataclass(frozen=True, slots=True)
class Given:
    """One value as it was found, before anything is known about it. `key` is dotted: `tracker.workers`,
    `kafka.sasl.username`."""

    key: str
    value: object
    origin: Origin


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the settings: what, where it stands, how to mend it."""

    what: str
    where: str
    fix: str | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f" ({self.fix})" if self.fix else "")


class SettingsError(CairnError):
    """Settings that cannot be used; `problems` holds every one of them."""

    exit = Exit.USAGE

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        if len(problems) == 1:
            super().__init__(problems[0].what, problems[0].where, problems[0].fix)
        else:
            lines = "".join(f"\n  {problem}" for problem in problems)
            super().__init__(
                f"{len(problems)} settings cannot be used:{lines}",
                None,
                "mend them all; cairn config show lists every setting",
            )
