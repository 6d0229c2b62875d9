"""What a source extends and includes, resolved before anything is compiled: MJML must see the whole email at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from schemas.milestones.spelling import nearest
from templates.mail.pieces import Piece

_NAMED = re.compile(r"""\A(?:extends|include)\s+(?:"([^"]+)"|'([^']+)')(?:\s+with(?:out)?\s+context)?\Z""")
_BLOCK = re.compile(r"\Ablock\s+(\w+)(?:\s+(?:scoped|required))*\Z")
_SUPER = re.compile(r"\Asuper\s*\(\s*\)\Z")
_OF_BLOCKS = re.compile(r"\bsuper\s*\(|\bself\s*\.")
_KEPT = ("set", "import", "from", "macro")
"""Statements outside of blocks that a template which extends another one runs; all else there is never seen."""

Read = Callable[[str, Piece | None], list[Piece]]
"""Returns the pieces of a template by its name; the piece that asks for it is named when there is none."""


@dataclass(slots=True)
class Block:
    """A block with what stands in it."""

    at: Piece
    name: str
    body: list[Piece | Block] = field(default_factory=list)


def flatten(name: str, read: Read) -> list[Piece]:
    """Return the pieces of a template with all that it extends and includes, without any block.

    Raises:
        MailError: a file is not there, includes itself, is named by a value, or a block has nothing to replace.
    """
    return list(_flat(name, read, None, ()))


def _flat(name: str, read: Read, asked: Piece | None, within: tuple[str, ...]) -> Iterator[Piece]:
    if name in within and asked is not None:
        raise asked.error(f"'{name}' includes or extends itself")
    within = (*within, name)
    rows = [_blocks(read(name, asked))]
    while (extends := _extends(rows[-1])) is not None:
        parent = _name_in(extends)
        if parent in within:
            raise extends.error(f"'{parent}' includes or extends itself")
        within = (*within, parent)
        rows.append(_blocks(read(parent, extends)))
    stack: dict[str, list[Block]] = {}
    # The farthest first: a block must have one to replace.
    for row in reversed(rows):
        strange = [each for each in row if isinstance(each, Block) and each.name not in stack]
        if stack and strange:
            raise strange[0].at.error(
                f"there is no block '{strange[0].name}' to replace", nearest(strange[0].name, stack)
            )
        for block in _by_name(row).values():
            stack.setdefault(block.name, []).insert(0, block)
    for row in rows[:-1]:
        yield from _outside(row)
    yield from _included(_resolved(rows[-1], stack, []), read, within)


def _blocks(row: Iterable[Piece]) -> list[Piece | Block]:
    """The pieces with those of blocks put into them."""
    out: list[Piece | Block] = []
    open_: list[Block] = []
    for piece in row:
        into = open_[-1].body if open_ else out
        if piece.keyword == "block":
            found = _BLOCK.match(piece.inside)
            if not found:
                raise piece.error("it is not a template: a block needs one name")
            block = Block(piece, found[1])
            into.append(block)
            open_.append(block)
        elif piece.keyword == "endblock":
            if not open_:
                raise piece.error("it is not a template: no block is open here")
            open_.pop()
        else:
            into.append(piece)
    if open_:
        raise open_[-1].at.error(f"it is not a template: the block '{open_[-1].name}' is not closed")
    return out


def _by_name(row: Iterable[Piece | Block]) -> dict[str, Block]:
    found: dict[str, Block] = {}
    for each in row:
        if isinstance(each, Block):
            for block in (each, *_by_name(each.body).values()):
                if block.name in found:
                    raise block.at.error(f"the block '{block.name}' is there twice")
                found[block.name] = block
    return found


def _extends(row: Iterable[Piece | Block]) -> Piece | None:
    return next((each for each in row if isinstance(each, Piece) and each.keyword == "extends"), None)


def _outside(row: Iterable[Piece | Block]) -> Iterator[Piece]:
    """What runs of a template that extends another one, though it stands in no block."""
    ends: list[str] = []
    for each in row:
        if not isinstance(each, Piece):
            continue
        opens = each.keyword in _KEPT
        if opens or ends:
            yield each
        if each.keyword == "macro" or (each.keyword == "set" and "=" not in each.inside):
            ends.append(f"end{each.keyword}")
        elif ends and each.keyword == ends[-1]:
            ends.pop()
        elif not opens and not ends and each.keyword in ("if", "for"):
            raise each.error(
                "what stands outside of blocks is never seen in a template that extends another one",
                "put it into a block",
            )


def _resolved(row: Iterable[Piece | Block], stack: dict[str, list[Block]], above: list[Block]) -> Iterator[Piece]:
    """The pieces with each block in its nearest form; `above` holds those that `super()` stands for, nearest first."""
    for each in row:
        if isinstance(each, Block):
            nearest_, *others = stack[each.name]
            yield from _resolved(nearest_.body, stack, others)
        elif each.kind == "value" and _SUPER.match(each.inside):
            if not above:
                raise each.error("there is no block above this one, so super() has nothing to say")
            yield from _resolved(above[0].body, stack, above[1:])
        elif each.kind != "text" and _OF_BLOCKS.search(each.inside):
            raise each.error("a block can only be repeated whole, by {{ super() }}", "write {{ super() }} by itself")
        else:
            yield each


def _included(row: Iterable[Piece], read: Read, within: tuple[str, ...]) -> Iterator[Piece]:
    for each in row:
        if each.keyword == "include":
            yield from _flat(_name_in(each), read, each, within)
        elif each.keyword == "extends":
            raise each.error("a template extends one other, named outside of everything else")
        else:
            yield each


def _name_in(piece: Piece) -> str:
    found = _NAMED.match(piece.inside)
    if not found:
        raise piece.error(
            f"{{% {piece.keyword} %}} needs the name of one file in an email",
            f'write {{% {piece.keyword} "FOLDER/FILE" %}}',
        )
    return found[1] or found[2]
