"""Every shipped text is asked for by a template, a page or the code of a message: none is translated in vain."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

import channels
from templates.folder import SHIPPED, files_of
from templates.languages.languages import Languages

CHANNELS = Path(channels.__file__).parent
PAGES = "portal."
"""The portal asks for its texts without this."""
_HOLE = "[a-z_]+"
"""What a key that is put together gets: the name of a channel, of an ask, of a notice."""


def asked() -> Iterator[str]:
    """Patterns of the keys that are asked for, whole or put together from pieces."""
    for name in files_of(SHIPPED):
        yield from _in_template(SHIPPED / name)
    for page in (CHANNELS / "portal" / "pages").glob("*.html"):
        yield from (f"{re.escape(PAGES)}{each}" for each in _in_template(page))
    for source in CHANNELS.rglob("*.py"):
        prefix = re.escape(PAGES) if source.parent.name == "portal" else ""
        tree = ast.parse(source.read_text(encoding="utf-8"))
        yield from (f"{prefix}{each}" for node in ast.walk(tree) if (each := _in_code(node)))


def _in_template(file: Path) -> Iterator[str]:
    tree = Environment(autoescape=True).parse(file.read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in ("text", "texts"):
            key = call.args[0]
            pieces = key.nodes if isinstance(key, nodes.Concat) else [key]
            yield "".join(re.escape(each.value) if isinstance(each, nodes.Const) else _HOLE for each in pieces)


def _in_code(node: ast.AST) -> str:
    """A string of the code, each value in it a hole; empty for other nodes and for one that has no word of its own."""
    match node:
        case ast.Constant(value=str() as text):
            return re.escape(text)
        case ast.JoinedStr(values=pieces):
            own = [each.value if isinstance(each, ast.Constant) else None for each in pieces]
            worded = any(isinstance(each, str) and re.search("[a-z]", each) for each in own)
            return "".join(re.escape(each) if isinstance(each, str) else _HOLE for each in own) if worded else ""
    return ""


def test_every_shipped_text_is_asked_for() -> None:
    """The check of own catalogues takes every shipped key for one that is asked for, so a dead one stays unseen."""
    wanted = {*asked()}
    plain = {re.sub(r"\\(.)", r"\1", each) for each in wanted if _HOLE not in each}
    made = [re.compile(each) for each in wanted if _HOLE in each]
    keys = Languages(("en",), None).english.texts

    assert [key for key in keys if key not in plain and not any(each.fullmatch(key) for each in made)] == []
