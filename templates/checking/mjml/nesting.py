"""Which element is open at each place of an email, with Jinja's statements as elements of their own.

So an element that begins in one branch of an `{% if %}` and ends in another is found: it would be torn for messages
that take the other branch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from templates.mail.events import Close, Event, Open, Tag, Where
from templates.mistake import Mistake

_ALONE = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_ROWS = frozenset(["tr", "td", "th", "tbody", "thead", "tfoot", "colgroup"])
_MAY_STAY_OPEN = _ROWS | {"p", "li", "dt", "dd", "option", "html", "body", "head"}
"""HTML lets these end by themselves (HTML 13.1.2.4); MJML, which is XML, does not."""
_OPENS = frozenset(["if", "for", "with", "macro", "call", "filter", "autoescape", "raw"])
_BRANCHES = frozenset({"else", "elif"})


@dataclass(frozen=True, slots=True)
class Place:
    """An event of the markup with the elements that are open around it, outermost first."""

    event: Event
    within: tuple[Open, ...]

    @property
    def parent(self) -> str:
        """The name of the innermost element; empty outside of all."""
        return self.within[-1].name if self.within else ""


class Nesting:
    """Walks the markup of an email. `mistakes` is whole when all places were taken."""

    def __init__(self, *, mjml: bool) -> None:
        self.mistakes: list[Mistake] = []
        self._mjml = mjml
        self._stack: list[Open | Tag] = []

    def places(self, events: Iterable[Event]) -> Iterator[Place]:
        """Yield each event with what is open around it."""
        for event in events:
            if isinstance(event, Close):
                self._close(event)
            yield Place(event, tuple(each for each in self._stack if isinstance(each, Open)))
            if isinstance(event, Open) and not event.alone and event.name not in _ALONE:
                self._stack.append(event)
            elif isinstance(event, Tag) and event.where in (Where.BETWEEN, Where.IN_TABLE, Where.RAW_TEXT):
                self._statement(event)
        for left in self._stack:
            if isinstance(left, Open) and not self._ends_alone(left):
                self._say(left, f"<{left.name}> is not closed", f"write </{left.name}> where it ends")

    def _say(self, at: Open | Close, message: str, hint: str) -> None:
        self.mistakes.append(Mistake(at.file, at.line, message, hint))

    def _ends_alone(self, opened: Open) -> bool:
        return not self._mjml and opened.name in _MAY_STAY_OPEN

    def _close(self, event: Close) -> None:
        if event.name in _ALONE:
            return
        while self._stack and isinstance(top := self._stack[-1], Open) and top.name != event.name:
            if not self._ends_alone(top) and not self._is_open(event.name):
                break
            if not self._ends_alone(top):
                self._say(top, f"<{top.name}> is not closed before </{event.name}> in line {event.line}",
                          f"write </{top.name}> where it ends")  # fmt: skip
            self._stack.pop()
        if self._stack and isinstance(top := self._stack[-1], Open) and top.name == event.name:
            self._stack.pop()
        elif self._mjml or event.name not in _MAY_STAY_OPEN:
            inside = next((each.piece for each in reversed(self._stack) if isinstance(each, Tag)), None)
            hint = "remove it, or write where it begins"
            if inside is not None and self._is_open_beyond(event.name):
                hint = f"it begins outside of {inside.text.strip()}: a branch holds whole elements"
            self._say(event, f"</{event.name}> ends nothing that is open here", hint)

    def _is_open(self, name: str) -> bool:
        """Whether such an element is open in the same branch."""
        for each in reversed(self._stack):
            if isinstance(each, Tag):
                return False
            if each.name == name:
                return True
        return False

    def _is_open_beyond(self, name: str) -> bool:
        return any(isinstance(each, Open) and each.name == name for each in self._stack)

    def _statement(self, tag: Tag) -> None:
        word = tag.piece.keyword
        if word in _OPENS or (word == "set" and "=" not in tag.piece.inside):
            self._stack.append(tag)
        elif word in _BRANCHES or word.startswith("end"):
            while self._stack and isinstance(top := self._stack[-1], Open):
                if not self._ends_alone(top):
                    self._say(top, f"<{top.name}> is open at {tag.piece.text.strip()} (line {tag.piece.line})",
                              "a branch holds whole elements")  # fmt: skip
                self._stack.pop()
            if word.startswith("end") and self._stack:
                self._stack.pop()
