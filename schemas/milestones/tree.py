"""YAML text to plain values with the place of each; every mistake of notation at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from schemas.milestones.problem import Path, Position, Problem
from schemas.milestones.scalars import resolve, trap

MOST_REPEATED = 20_000
"""Values that aliases may stand for, written out: far beyond any real file, and the end of alias bombs. What stands in
the text itself is as large as the file, and needs no bound."""

_STRING = "tag:yaml.org,2002:str"


@dataclass
class Tree:
    """The plain value of a text (dict, list, str, int, Decimal, bool or None) and where everything stands.

    ``values`` has the place of each value by its path, ``keys`` that of each key.
    """

    file: str
    plain: Any = None
    values: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: bool = False
    """Whether the text is no YAML at all, or too much of it, so that ``plain`` says nothing."""

    def report(self, at: Position, message: str, hint: str = "") -> None:
        """Add a problem."""
        self.problems.append(Problem(self.file, at, message, hint))


def read_tree(text: str, file: str) -> Tree:
    """Parse ``text``. Never raises: what is wrong is in ``problems``."""
    tree = Tree(file)
    _report_tabs(tree, text)
    if tree.problems:
        tree.broken = True
        return tree
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        tree.report(*_in_plain_words(error))
        tree.broken = True
        return tree
    except (YAMLError, RecursionError, ValueError) as error:
        tree.report(
            _place_of(error, text),
            "this is not YAML text: " + _first_line(error),
            "remove control characters and deep nesting",
        )
        tree.broken = True
        return tree
    if root is None:
        tree.report(Position(1, 1), "the file is empty", "start with version: 1; 'cairn init' writes an example")
        tree.broken = True
        return tree
    tree.plain = _Builder(tree).value(root, ())
    return tree


class _Builder:
    """Turns nodes into plain values; reports what YAML allows and the file does not."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._open: set[int] = set()
        self._seen: set[int] = set()
        self._left = MOST_REPEATED

    def value(self, node: Node, path: Path) -> Any:
        self._tree.values[path] = _position(node)
        # A node that was here before comes by an alias.
        self._left -= id(node) in self._seen
        self._seen.add(id(node))
        if self._left < 0:
            if not self._tree.broken:
                what = f"the aliases of this file stand for more than {MOST_REPEATED:,} values"
                self._tree.report(_position(node), what, "write out what is meant")
            # What is missing from here on would only bring mistakes that are none.
            self._tree.broken = True
            return None
        if id(node) in self._open:
            self._tree.report(_position(node), "this alias stands inside what it names", "write the values out")
            return None
        if not isinstance(node, ScalarNode) and _tagged(node):
            self._tree.report(_position(node), f"the tag {node.tag} is not used here", "remove it")
        self._open.add(id(node))
        try:
            if isinstance(node, ScalarNode):
                return self._scalar(node)
            if isinstance(node, SequenceNode):
                return [self.value(each, (*path, index)) for index, each in enumerate(node.value)]
            if isinstance(node, MappingNode):
                return self._mapping(node, path)
        finally:
            self._open.discard(id(node))
        return None

    def _scalar(self, node: ScalarNode) -> Any:
        text: str = node.value
        if node.style is not None:
            return text
        if _tagged(node):
            if node.tag == _STRING:
                return text
            self._tree.report(_position(node), f"the tag {node.tag} is not used here", "remove it")
        if found := trap(text):
            self._tree.report(_position(node), *found)
        return resolve(text)

    def _mapping(self, node: MappingNode, path: Path) -> dict[Any, Any]:
        plain: dict[Any, Any] = {}
        first: dict[Any, Position] = {}
        for key_node, value_node in node.value:
            at = _position(key_node)
            key = self._key(key_node)
            if key is None:
                continue
            if key in first:
                message = f"the key '{key}' stands here for the second time; the first is in line {first[key].line}"
                self._tree.report(at, message, "keep one of them")
                self.value(value_node, (*path, key, "again"))
                continue
            first[key] = at
            self._tree.keys[(*path, key)] = at
            plain[key] = self.value(value_node, (*path, key))
        return plain

    def _key(self, node: Node) -> str | None:
        if not isinstance(node, ScalarNode):
            self._tree.report(_position(node), "a key must be a word", "quote it if braces or brackets belong to it")
            return None
        text: str = node.value
        if text == "<<" and node.style is None:
            self._tree.report(_position(node), "merge keys (<<) are not part of YAML 1.2", "write the values out")
            return None
        if node.style is None and (found := trap(text)):
            self._tree.report(_position(node), *found)
        return text


def _report_tabs(tree: Tree, text: str) -> None:
    """Report every line that is indented with a tab: the parser would stop at the first."""
    for number, line in enumerate(text.splitlines(), start=1):
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in indent and line.strip() and not line.lstrip().startswith("#"):
            tree.report(
                Position(number, indent.index("\t") + 1),
                "this line is indented with a tab",
                "YAML takes only spaces: use two for each level",
            )


_PLAIN_WORDS = (
    ("found character '\\t'", "a tab cannot stand here", "use spaces"),
    (
        "mapping values are not allowed here",
        "a ': ' cannot stand here",
        "quote the text that has a colon in it, or check the indentation of this line",
    ),
    ("could not find expected ':'", "a ':' is missing", "write key: value, with a space after the colon"),
    ("expected ',' or '}'", "this { } is not closed, or a comma is missing", "add the } or the comma"),
    ("expected ',' or ']'", "this [ ] is not closed, or a comma is missing", "add the ] or the comma"),
    (
        "expected <block end>",
        "this line does not fit the lines above it",
        "check its indentation: keys of one mapping start in the same column",
    ),
    ("found undefined alias", "this alias names no anchor", "define it first with &name"),
    ("expected a single document", "the file holds a second document", "remove the line ---"),
    ("unexpected end of stream", "a quote is not closed", "add the closing quote"),
    ("cannot start any token", "this character cannot start a value", "put the value in quotes"),
)


_BEGAN_EARLIER = ("could not find expected ':'", "unexpected end of stream")


def _in_plain_words(error: MarkedYAMLError) -> tuple[Position, str, str]:
    """Return (place, message, hint) for what the parser says."""
    said = " ".join(part for part in (error.context, error.problem) if part)
    mark = error.problem_mark or error.context_mark
    if error.context_mark and any(words in said for words in _BEGAN_EARLIER):
        mark = error.context_mark  # the parser saw it only at the end, the user wrote it here
    at = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
    for words, message, hint in _PLAIN_WORDS:
        if words in said:
            return at, message, hint
    return at, f"this is not YAML: {said}", "check quotes, colons and indentation around this place"


def _position(node: Node) -> Position:
    return Position(node.start_mark.line + 1, node.start_mark.column + 1)


def _tagged(node: Node) -> bool:
    """Whether the text itself tags the value, as in ``!!str 10``."""
    buffer, index = node.start_mark.buffer, node.start_mark.index
    return buffer is not None and bool(buffer[index : index + 1] == "!")


def _place_of(error: Exception, text: str) -> Position:
    index = getattr(error, "position", None)
    if not isinstance(index, int):
        return Position(1, 1)
    before = text[:index]
    return Position(before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
