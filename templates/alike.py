"""Parts of a template that come out the same for everybody who reached a milestone: they are filled once.

A message of email has two hundred pieces, most of which are decided by the milestone, its number and the language.
Statements in a row that ask for nothing else are put into a block that is called where its text is not known yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from jinja2 import nodes, pass_context
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer

from templates.bounded import spend, work_left
from templates.filled import Fragment
from templates.global_text import SpokenContext

ALIKE = frozenset(
    (
        *("language", "direction", "product", "milestone", "value", "threshold", "passed", "next", "means"),
        *("call_to_action", "resources", "pictures", "postal_address"),
    )
)
"""The names of templates whose values a milestone, its number and a language decide."""
_DECIDED = ALIKE | {"also", "headline", "lead"}
"""Those that they may decide; `Kept.alike` says which ones they do."""
_PURE: Mapping[str, frozenset[str]] = MappingProxyType({"text": frozenset({"language"}), "range": frozenset()})
"""Functions that give the same for the same, with the values that they read besides."""
_BY_CHANCE = "random"
_WORTH = 2
"""Values in a row; a block with fewer takes longer to ask for than to fill."""
_STATEMENTS = (nodes.Output, nodes.If, nodes.For)
_NOTHING: Mapping[str, int] = MappingProxyType({})


class Rows:
    """The rows of all templates of an environment."""

    def __init__(self) -> None:
        self._asked: list[frozenset[str]] = []

    def add(self, asked: frozenset[str]) -> int:
        """Take a row that asks for these values; returns its number."""
        self._asked.append(asked)
        return len(self._asked) - 1

    def filler(self) -> Callable[..., str]:
        """Return the function that templates call for a row."""
        rows = self._asked

        @pass_context
        def fill(context: Context, number: int, caller: Callable[[], str]) -> str:
            kept = context.kept if isinstance(context, SpokenContext) else None
            # A file that extends another one may set what that asks for.
            if kept is None or not rows[number].isdisjoint(context.vars):
                return caller()
            found = kept.fragments.get(number)
            if found is not None:
                spend(found.work)
                return found
            if not rows[number] <= kept.alike:
                return caller()
            before = work_left()
            found = kept.fragments[number] = Fragment(caller())
            found.work = before - work_left()
            return found

        return fill


class Joining(NodeTransformer):
    """Puts rows of statements that only ask for what a milestone decides into blocks that are called."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._asked: dict[str, frozenset[str]] = {}
        """What a name stands for: itself, or what it was set from."""

    def visit_Template(self, node: nodes.Template) -> nodes.Node:  # noqa: N802 - as Jinja names them
        """Go through the template and its blocks; what is set by its first level is known to that alone."""
        own = Counter(_set_in(node))
        given = {each: frozenset((each,)) for each in _DECIDED if each not in own}
        given |= {name: asked for name, asked in _PURE.items() if own.keys().isdisjoint({name, *asked})}
        for block in node.find_all(nodes.Block):
            self._asked = given
            block.body = list(self._joined(block.body))
        self._asked = dict(given)
        node.body = list(self._joined(node.body, own))
        return node

    def _joined(self, body: Sequence[nodes.Node], own: Mapping[str, int] = _NOTHING) -> Iterator[nodes.Node]:
        """The statements with their rows joined; a name that `own` counts once may be decided from where it is set."""
        row: list[nodes.Node] = []
        for statement in self._apart(body):
            if self._of(statement) is not None:
                row.append(statement)
                continue
            yield from self._row(row)
            row = []
            if isinstance(statement, nodes.If):
                statement.body, statement.else_ = (
                    list(self._joined(each)) for each in (statement.body, statement.else_)
                )
                for each in statement.elif_:
                    each.body = list(self._joined(each.body))
            elif isinstance(statement, nodes.Assign) and isinstance(statement.target, nodes.Name):
                asked = self._of(statement.node)
                if asked is not None and own.get(statement.target.name) == 1:
                    self._asked[statement.target.name] = asked
            yield statement
        yield from self._row(row)

    def _apart(self, body: Sequence[nodes.Node]) -> Iterator[nodes.Node]:
        """The statements, with values that are decided and others no longer in one."""
        for statement in body:
            if not isinstance(statement, nodes.Output):
                yield statement
                continue
            row: list[nodes.Expr] = []
            decided = True
            for each in statement.nodes:
                if (self._of(each) is not None) is not decided:
                    if row:
                        yield nodes.Output(row, lineno=row[0].lineno)
                    row, decided = [], not decided
                row.append(each)
            if row:
                yield nodes.Output(row, lineno=row[0].lineno)

    def _row(self, row: list[nodes.Node]) -> Iterator[nodes.Node]:
        values = sum(not isinstance(each, nodes.TemplateData) for node in row for each in _said(node))
        if values < _WORTH:
            yield from row
            return
        asked = frozenset().union(*(self._of(each) or () for each in row))
        number = nodes.Const(self._rows.add(asked), lineno=row[0].lineno)
        filler = nodes.EnvironmentAttribute("fill_row", lineno=row[0].lineno)
        call = nodes.Call(filler, [number], [], None, None, lineno=row[0].lineno)
        yield nodes.CallBlock(call, [], [], row, lineno=row[0].lineno)

    def _of(self, node: nodes.Node) -> frozenset[str] | None:
        """Return the values that a statement or expression asks for; None where they do not decide it alone."""
        if isinstance(node, nodes.Stmt) and not isinstance(node, _STATEMENTS):
            return None
        if isinstance(node, nodes.Call) and not (isinstance(node.node, nodes.Name) and node.node.name in _PURE):
            return None
        if isinstance(node, nodes.Filter) and node.name == _BY_CHANCE:
            return None
        if isinstance(node, nodes.Name):
            return self._asked.get(node.name)
        if isinstance(node, nodes.For):
            return self._of_loop(node)
        return self._of_all(node.iter_child_nodes())

    def _of_loop(self, loop: nodes.For) -> frozenset[str] | None:
        over = self._of(loop.iter)
        if over is None or loop.recursive:
            return None
        before = self._asked
        self._asked = {**before, **dict.fromkeys((*_names(loop.target), "loop"), over)}
        try:
            return self._of_all(loop.iter_child_nodes(exclude=("iter",)))
        finally:
            self._asked = before

    def _of_all(self, row: Iterable[nodes.Node]) -> frozenset[str] | None:
        found: set[str] = set()
        for each in row:
            asked = self._of(each)
            if asked is None:
                return None
            found |= asked
        return frozenset(found)


def _set_in(template: nodes.Template) -> Iterator[str]:
    """The names that a template gives a meaning of its own, as often as it does."""
    for each in template.find_all((nodes.Name, nodes.Import, nodes.FromImport, nodes.Macro)):
        if isinstance(each, nodes.Name):
            if each.ctx != "load":
                yield each.name
        elif isinstance(each, nodes.Import):
            yield each.target
        elif isinstance(each, nodes.FromImport):
            yield from (name if isinstance(name, str) else name[1] for name in each.names)
        elif isinstance(each, nodes.Macro):
            yield each.name


def _names(target: nodes.Node) -> list[str]:
    """The names of a loop's target, which may be several."""
    if isinstance(target, nodes.Name):
        return [target.name]
    return [each.name for each in target.find_all(nodes.Name)]


def _said(node: nodes.Node) -> Iterator[nodes.Node]:
    """What is written by a statement and those in it."""
    if isinstance(node, nodes.Output):
        yield from node.nodes
    for each in node.iter_child_nodes():
        if isinstance(each, nodes.Stmt):
            yield from _said(each)
