"""Adds texts to be filled in to a catalogue's file, and leaves every character that is there as it is. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node

Path = tuple[str, ...]
_STEP = "  "


@dataclass(frozen=True, slots=True)
class Gap:
    """A text to be written: its keys, what is to be translated, and the plural categories that it has, if any."""

    path: Path
    source: str
    forms: tuple[str, ...] = ()


@dataclass(slots=True)
class _Branch:
    """What comes below one key."""

    below: dict[str, _Branch] = field(default_factory=dict)
    gap: Gap | None = None


def added(text: str, gaps: Sequence[Gap]) -> str:
    """Return the text of a catalogue with empty texts for what is missing, each below what is to be translated.

    Keys come at the end of the section that they belong to, into braces where it is written in braces.

    Raises:
        ruamel.yaml.error.YAMLError: the text is no YAML.
    """
    root = YAML(typ="safe", pure=True).compose(text)
    places: dict[Path, list[Gap]] = {}
    for gap in gaps:
        places.setdefault(_there(root, gap.path), []).append(gap)
    # From the end, so that places before stay where they are.
    # What is deeper goes in last: at the same place it comes before what is above it.
    inserts = [(*_insert(text, root, above, each), -len(above)) for above, each in places.items()]
    for at, piece, _ in sorted(inserts, key=lambda each: (each[0], each[2]), reverse=True):
        text = text[:at] + piece + text[at:]
    return text


def _there(root: Node | None, path: Path) -> Path:
    """The part of a path that the file has, without the text itself."""
    length, node = 0, root
    while length < len(path) - 1 and isinstance(node, MappingNode) and (below := _value(node, path[length])):
        node, length = below[1], length + 1
    return path[:length]


def _value(node: MappingNode, key: str) -> tuple[Node, Node] | None:
    return next(((name, value) for name, value in node.value if name.value == key), None)


def _insert(text: str, root: Node | None, above: Path, gaps: Sequence[Gap]) -> tuple[int, str]:
    """Where something comes, and what."""
    tree = _Branch()
    for gap in gaps:
        branch = tree
        for key in gap.path[len(above) :]:
            branch = branch.below.setdefault(key, _Branch())
        branch.gap = gap
    node, key_node = root, None
    for key in above:
        assert isinstance(node, MappingNode)  # noqa: S101 - `_there` has walked it
        found = _value(node, key)
        assert found is not None  # noqa: S101 - likewise
        key_node, node = found
    if isinstance(node, MappingNode) and node.flow_style:
        at = node.end_mark.index - 1
        begun = text[:at].rstrip()
        comma = "" if begun.endswith("{") else " " if begun.endswith(",") else ", "
        return at - (len(text[:at]) - len(begun)), comma + ", ".join(_braces(tree))
    if isinstance(node, MappingNode) and node.value:
        indent, last = node.value[0][0].start_mark.column, _end(node)
    elif key_node is not None:
        indent, last = key_node.start_mark.column + len(_STEP), (node or key_node).end_mark.index
        last = max(last, int(key_node.end_mark.index))
    else:
        indent, last = 0, len(text)
    lines = "".join(f"{line}\n" if line else "\n" for line in _lines(tree, " " * indent))
    if last and text[last - 1] == "\n":
        return last, lines
    line_end = text.find("\n", last)
    return (line_end + 1, lines) if line_end >= 0 else (len(text), ("\n" if text else "") + lines)


def _end(node: Node) -> int:
    """Where what a value holds ends, without the comments and empty lines behind it."""
    if isinstance(node, MappingNode) and not node.flow_style and node.value:
        key, value = node.value[-1]
        return max(int(key.end_mark.index), _end(value))
    return int(node.end_mark.index)


def _lines(tree: _Branch, indent: str) -> Iterator[str]:
    for key, branch in tree.below.items():
        if branch.gap is None:
            yield f"{indent}{key_of(key)}:"
            yield from _lines(branch, indent + _STEP)
            continue
        yield f"{indent}# {_shown(branch.gap.source)}"
        if branch.gap.forms:
            yield f"{indent}{key_of(key)}:"
            yield from (f'{indent}{_STEP}{form}: ""' for form in branch.gap.forms)
        else:
            yield f'{indent}{key_of(key)}: ""'


def _braces(tree: _Branch) -> Iterator[str]:
    for key, branch in tree.below.items():
        if branch.gap is None:
            yield f"{key_of(key)}: {{{', '.join(_braces(branch))}}}"
        elif branch.gap.forms:
            forms = ", ".join(f'{form}: ""' for form in branch.gap.forms)
            yield f"{key_of(key)}: {{{forms}}}"
        else:
            yield f'{key_of(key)}: ""'


def _shown(source: str) -> str:
    """A text in a comment: in one line, with what cannot be seen written out."""
    return source if source.isprintable() else json.dumps(source)[1:-1]


def key_of(name: str) -> str:
    """Return a key as YAML has it: quoted where it would be read as something else."""
    plain = name.replace("-", "").replace("_", "").replace(".", "")
    sound = plain.isalnum() and plain.isascii() and not plain.isdigit() and name.lower() not in _WORDS
    return name if sound else json.dumps(name, ensure_ascii=False)


_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
