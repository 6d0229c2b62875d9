"""Jinja that ends: each file of a message has an amount of work, and what would exceed it is refused before it is done.

Jinja itself bounds neither nested loops nor macros and files that call themselves twice, nor the size of a text: a bar
of as many blocks as the contact's number is a text of gigabytes for some contact. Work is counted, not time, so that a
template ends on every machine at the same place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from itertools import islice
from types import CodeType, MappingProxyType
from typing import Any

from jinja2 import Environment, Template, TemplateRuntimeError, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import safe_range
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from templates.filled import Kept
from templates.global_text import SpokenContext

WORK = 2_000_000
"""Turns of loops, calls and characters that one file may take; the largest of ours takes some tens of thousands."""
_INCLUDED = 100
_AT_ONCE = 256
_SIZED = (str, bytes, list, tuple, dict, range)
_WIDTH = re.compile(r"[%{][^%{}]*?(\d{5,}|\*)|\{[^{}]+\{")
"""A width in a format: one of five digits or more, or one that comes with the values."""
_BY_NUMBER = frozenset(
    {"batch", "center", "expandtabs", "indent", "ljust", "rjust", "round", "slice", "tojson", "zfill"}
)
"""Filters and methods that make as much as a number says."""

_left: ContextVar[list[int] | None] = ContextVar("work left", default=None)


class EndlessError(TemplateRuntimeError):
    """A template that takes more than its work."""

    def __init__(self) -> None:
        super().__init__(f"it does not end, or grows too large: more than {WORK:,} turns, calls and characters")


class BoundedTemplate(Template):
    """A template with an amount of work for each time that it is filled."""

    def fill(self, values: dict[str, Any], kept: Kept | None = None) -> list[str]:
        """Fill it, and return the pieces of its text; `values` are all that there are, globals among them.

        `kept` has what is the same in other messages, and takes in what it has not yet.

        `render` makes a map of all names for each file, of which a message has seven.

        Raises:
            EndlessError: it does not end.
            TemplateError: as Jinja.
        """
        environment = self.environment
        before = _left.set([WORK])
        try:
            context = environment.context_class(environment, values, self.name, self.blocks)
            if isinstance(context, SpokenContext):
                context.kept = kept
            return filled(self.root_render_func(context))
        except (RecursionError, MemoryError):
            raise EndlessError from None
        except Exception:
            environment.handle_exception()
        finally:
            _left.reset(before)

    @classmethod
    def from_code(
        cls,
        environment: Environment,
        code: CodeType,
        globals: MutableMapping[str, Any],  # noqa: A002 - Jinja's name
        uptodate: Callable[[], bool] | None = None,
    ) -> Template:
        """Make it of compiled code."""
        made = super().from_code(environment, code, globals, uptodate)
        # What compiled code calls on each value that it yields, as a global of its own.
        made.root_render_func.__globals__["escape"] = _escaped
        return made

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Fill it.

        Raises:
            EndlessError: it does not end.
            TemplateError: as Jinja.
        """
        try:
            with work():
                return super().render(*args, **kwargs)
        except (RecursionError, MemoryError):
            raise EndlessError from None


_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;"))


def _escaped(value: Any) -> str:
    """Return what `markupsafe.escape` does, without a `Markup` around what is joined to a text at once."""
    if type(value) is Markup:
        return value
    if type(value) is not str:
        return escape(value)
    text: str = value
    for each, written in _ESCAPES:
        if each in text:
            text = text.replace(each, written)
    return text


@contextmanager
def work() -> Iterator[None]:
    """Give an amount of work to what is done inside."""
    before = _left.set([WORK])
    try:
        yield
    finally:
        _left.reset(before)


def spend(amount: int) -> None:
    """Take some of the work that is left.

    Raises:
        EndlessError: there is not as much.
    """
    left = _left.get()
    if left is None:
        return
    left[0] -= amount
    if left[0] < 0:
        raise EndlessError


def work_left() -> int:
    """Return how much there is; 0 where nothing counts it."""
    left = _left.get()
    return left[0] if left else 0


def spend_include() -> None:
    """Take what an included file costs. Raises as `spend`."""
    spend(_INCLUDED)


def joined(pieces: Iterable[str]) -> str:
    """Return the text of the pieces, as `"".join`; Jinja calls it `concat`. Raises as `spend`."""
    if isinstance(pieces, list):  # of a macro: they are there already
        made = "".join(pieces)
        spend(len(made))
        return made
    return "".join(filled(pieces))


def filled(pieces: Iterable[str]) -> list[str]:
    """Return the pieces, and stop while they come. Raises as `spend`."""
    pieces = iter(pieces)
    made: list[str] = []
    while some := list(islice(pieces, _AT_ONCE)):
        spend(sum(map(len, some)))
        made += some
    return made


def bounded_range(*args: int) -> range:
    """Return a range, of which every number is work. Raises as `spend`, and as Jinja's own."""
    made = safe_range(*args)
    spend(len(made))
    return made


def check_operation(operator: str, left: Any, right: Any) -> None:
    """Take the work of an operator before it is applied. Raises as `spend`."""
    if operator == "%" and isinstance(left, str):
        _check_widths(left)
    elif isinstance(left, _SIZED) or isinstance(right, _SIZED):
        sized = [len(each) for each in (left, right) if isinstance(each, _SIZED)]
        times = [each for each in (left, right) if isinstance(each, int)]
        spend(max(0, sized[0] * times[0]) if operator == "*" and times else sum(sized))
    elif isinstance(left, int) and isinstance(right, int):
        spend(left.bit_length() * abs(right) if operator == "**" else left.bit_length() + right.bit_length())


def check_call(called: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Take the work of a call before it is made; a method of a text may make a large one. Raises as `spend`."""
    spend(1)
    # The sandbox puts a function of its own around `format`.
    called = getattr(called, "__wrapped__", called)
    text = getattr(called, "__self__", None)
    if isinstance(text, (str, bytes)):
        _check_growth(getattr(called, "__name__", ""), text, args, kwargs)


def bounded(functions: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """Return filters or tests, each of which takes the work of what it is given and makes."""
    return {name: _bounded(name, each) for name, each in functions.items()}


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    # Jinja hands some of them its context or environment first.
    first = 1 if hasattr(function, "jinja_pass_arg") else 0

    @wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Any:
        given = args[first:]
        spend(1 + sum(len(each) for each in given if isinstance(each, _SIZED)))
        if given:
            _check_growth(name, given[0], given[1:], kwargs)
        made = function(*args, **kwargs)
        if isinstance(made, str):
            spend(len(made))
        return made

    return counted


def _check_growth(name: str, value: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Take the work of what makes a text or list larger than what it is given: by a width, a count or other texts."""
    given = (*args, *kwargs.values())
    if name in _BY_NUMBER:
        lines = value.count("\n") + 1 if isinstance(value, str) else 1
        spend(sum(abs(each) for each in given if isinstance(each, int)) * lines)
    elif name in ("format", "format_map") and isinstance(value, str):
        _check_widths(value)
    elif name == "replace" and len(given) > 1 and isinstance(given[0], (str, bytes)):
        spend((len(str(value)) // max(1, len(given[0])) + 1) * len(str(given[1])))
    elif name == "join":
        # Of the filter the value is the list and the separator is given, of the method the other way round.
        items, between = (given[0] if given else (), value) if isinstance(value, (str, bytes)) else (value, given)
        many = items if isinstance(items, (list, tuple)) else ()
        spend(sum(len(each) for each in many if isinstance(each, _SIZED)) + len(many) * len(str(between)))


def _check_widths(text: str) -> None:
    if _WIDTH.search(text):
        raise EndlessError


_TURNS, _TURN, _SIZE, _MADE = "_turns", "_turn", "_size", "string"


@pass_context  # so that it is not done while the template is compiled
def _turns(_context: Context, values: Iterable[Any]) -> Iterator[Any]:
    for each in values:
        spend(1)
        yield each


@pass_context
def _turn(_context: Context, nothing: None) -> None:
    spend(1)


@pass_context
def _size(_context: Context, value: Any) -> Any:
    spend(len(value) if isinstance(value, _SIZED) else 0)
    return value


COUNTERS: Mapping[str, Callable[..., Any]] = MappingProxyType({_TURNS: _turns, _TURN: _turn, _SIZE: _size})
"""Filters that `Counting` writes into templates."""


class Counting(NodeTransformer):
    """Writes the counting into a template: each turn of a loop, what `~` makes, and what a comparison goes through."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - as Jinja names them
        """Count the turns of a loop; those of the inner ones of a recursive loop inside it."""
        self.generic_visit(node)
        if node.recursive:
            node.body.insert(0, nodes.ExprStmt(self._filtered(nodes.Const(None), _TURN, node.lineno)))
        else:
            node.iter = self._filtered(node.iter, _TURNS, node.lineno)
        return node

    def visit_Operand(self, node: nodes.Operand) -> nodes.Node:  # noqa: N802 - likewise
        """Count what `in` or `==` may have to look through."""
        self.generic_visit(node)
        node.expr = self._filtered(node.expr, _SIZE, node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - likewise
        """Count what is joined."""
        self.generic_visit(node)
        return self._filtered(node, _MADE, node.lineno)

    @staticmethod
    def _filtered(node: nodes.Node, name: str, line: int) -> nodes.Filter:
        assert isinstance(node, nodes.Expr)  # noqa: S101 - Jinja's own type is wider than what stands there
        return nodes.Filter(node, name, [], [], None, None, lineno=line)
