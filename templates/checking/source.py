"""Reads the source of one template: names that are not there, values passed unescaped, files that do not exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Environment, nodes

from schemas.milestones.spelling import nearest
from templates.checking.hand_made import hand_made
from templates.checking.shape import ANY, attributes, item
from templates.mistake import Mistake

_OF_EVERY_BODY = ("loop", "super", "self", "caller", "varargs", "kwargs")
_PRESENCE = ("defined", "undefined")
_UNESCAPED = "a value may hold markup of a stranger; leave it out"
Scope = dict[str, Any]


class Source:
    """The mistakes of one file, by walking its syntax tree with the names that are known at each place."""

    def __init__(self, file: str, environment: Environment, files: Iterable[str]) -> None:
        """Take the path to name in mistakes, and the names of all templates that there are."""
        self._file, self._environment, self._files = file, environment, frozenset(files)
        self.mistakes: list[Mistake] = []

    def read(self, tree: nodes.Template, names: Mapping[str, Any]) -> None:
        """Walk a whole file, in which `names` are known with their types."""
        scope = dict.fromkeys((*self._environment.globals, *_OF_EVERY_BODY), ANY) | dict(names)
        # A macro may be called above the place that defines it.
        scope |= {macro.name: ANY for macro in tree.find_all(nodes.Macro)}
        self._body(tree.body, scope)

    def _say(self, node: nodes.Node, message: str, hint: str = "") -> None:
        self.mistakes.append(Mistake(self._file, node.lineno, message, hint))

    def _body(self, body: Iterable[nodes.Node], scope: Scope) -> None:
        for node in body:
            self._statement(node, scope)

    def _statement(self, node: nodes.Node, scope: Scope) -> None:
        match node:
            case nodes.Output():
                self._output(node, scope)
            case nodes.For():
                inner = {**scope}
                self._bind(node.target, item(self._type(node.iter, scope)), inner)
                if node.test:
                    self._type(node.test, inner)
                self._body(node.body, inner)
                self._body(node.else_, {**scope})
            case nodes.If():
                self._type(node.test, scope)
                self._body([*node.body, *node.elif_, *node.else_], scope)
            case nodes.Assign():
                self._bind(node.target, self._type(node.node, scope), scope)
            case nodes.AssignBlock():
                self._bind(node.target, ANY, scope)
                self._body(node.body, {**scope})
            case nodes.Macro() | nodes.CallBlock():
                for each in (*node.defaults, *((node.call,) if isinstance(node, nodes.CallBlock) else ())):
                    self._type(each, scope)
                self._body(node.body, scope | {each.name: ANY for each in node.args})
            case nodes.With():
                inner = {**scope}
                for target, value in zip(node.targets, node.values, strict=True):
                    self._bind(target, self._type(value, scope), inner)
                self._body(node.body, inner)
            case nodes.Import():
                self._reference(node.template)
                scope[node.target] = ANY
            case nodes.FromImport():
                self._reference(node.template)
                scope |= {each if isinstance(each, str) else each[1]: ANY for each in node.names}
            case nodes.Extends() | nodes.Include():
                self._reference(node.template)
            case nodes.ScopedEvalContextModifier():
                self._say(node, "escaping may not be switched", _UNESCAPED)
                self._body(node.body, scope)
            case _:
                for child in node.iter_child_nodes():
                    if isinstance(child, nodes.Expr):
                        self._type(child, scope)
                    else:
                        self._statement(child, {**scope} if isinstance(node, nodes.Block) else scope)

    def _output(self, node: nodes.Output, scope: Scope) -> None:
        typed = [
            (each, None if isinstance(each, nodes.TemplateData) else self._type(each, scope)) for each in node.nodes
        ]
        for place, message in hand_made(typed):
            self._say(place, message, "use one of the context's links whole, such as {{ call_to_action.url }}")

    def _bind(self, target: nodes.Node, kind: Any, scope: Scope) -> None:
        if isinstance(target, nodes.Name):
            scope[target.name] = kind
        else:
            scope |= {each.name: ANY for each in target.find_all(nodes.Name)}

    def _reference(self, template: nodes.Expr) -> None:
        if isinstance(template, nodes.Const) and template.value not in self._files:
            guess = nearest(template.value, self._files)
            self._say(template, f"there is no template '{template.value}'", guess or "names are FOLDER/FILE")

    def _type(self, node: nodes.Node, scope: Scope) -> Any:
        """Say what is wrong with an expression, and return the type of its value."""
        match node:
            case nodes.Name():
                if node.name not in scope:
                    self._say(node, f"'{node.name}' is not known here", nearest(node.name, scope))
                return scope.get(node.name, ANY)
            case nodes.Getattr():
                return self._attribute(node, self._type(node.node, scope), node.attr)
            case nodes.Getitem(arg=nodes.Const(value=str() as name)):
                return self._attribute(node, self._type(node.node, scope), name)
            case nodes.Getitem():
                kind = self._type(node.node, scope)
                return kind if isinstance(node.arg, nodes.Slice) else item(kind)
            case nodes.Filter() | nodes.Test():
                return self._applied(node, scope)
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Expr):
                self._type(child, scope)
            else:
                self._statement(child, scope)
        return ANY

    def _attribute(self, node: nodes.Node, kind: Any, name: str) -> Any:
        known = attributes(kind)
        if known is None and not name.startswith("_"):
            return ANY
        known = known or {}
        if name not in known:
            self._say(node, f"'.{name}' is not known here", nearest(name, known))
        return known.get(name, ANY)

    def _applied(self, node: nodes.Filter | nodes.Test, scope: Scope) -> Any:
        is_filter = isinstance(node, nodes.Filter)
        known = self._environment.filters if is_filter else self._environment.tests
        if node.name not in known:
            self._say(node, f"there is no {'filter' if is_filter else 'test'} '{node.name}'", nearest(node.name, known))
        if is_filter and node.name in ("safe", "urlize", "xmlattr"):
            self._say(node, f"the filter '{node.name}' may not be used", _UNESCAPED)
        asks = node.name in (("default", "d") if is_filter else _PRESENCE)
        if isinstance(node.node, nodes.Name) and asks:
            kind = scope.get(node.node.name, ANY)
        else:
            kind = self._type(node.node, scope) if node.node is not None else ANY
        for child in (*node.args, *node.kwargs):
            self._type(child.value if isinstance(child, nodes.Keyword) else child, scope)
        return item(kind) if node.name in ("first", "last") else ANY
