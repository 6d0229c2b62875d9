"""Addresses that a template puts together from values: a stranger's text would decide where a link leads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from jinja2 import nodes

from templates.checking.shape import ANY
from templates.context import Url

_ATTRIBUTE = re.compile(
    r"""(?:href|src|srcset|action|formaction|background|background-url|poster)\s*=\s*(["']?)([^"'<>]*)\Z""", re.I
)
_BARE = re.compile(r"(?:https?://|mailto:)[^\s\"'<>]*\Z", re.I)
_STYLE = re.compile(r"url\(\s*[\"']?[^)]*\Z", re.I)


def hand_made(parts: Sequence[tuple[nodes.Expr, Any]]) -> Iterator[tuple[nodes.Node, str]]:
    """Yield the place and a sentence for each address that is made by hand.

    Args:
        parts: pieces of an output in their order; text with None, expressions with the type of their value.
    """
    for index, (node, kind) in enumerate(parts):
        if isinstance(node, nodes.TemplateData):
            continue
        before, after = _text(parts, index - 1), _text(parts, index + 1)
        attribute = _ATTRIBUTE.search(before)
        if attribute is None:
            if _BARE.search(before) or _STYLE.search(before):
                yield node, "this address is made of a value"
        elif kind not in (ANY, Url):
            yield node, "this link leads to a value that is no link"
        elif attribute[2].strip() or (attribute[1] and not after.startswith(attribute[1])):
            yield node, "this link is put together from pieces"


def _text(parts: Sequence[tuple[nodes.Expr, Any]], index: int) -> str:
    if not 0 <= index < len(parts):
        return ""
    node = parts[index][0]
    # Another value beside it is a piece too.
    return node.data if isinstance(node, nodes.TemplateData) else "{}"
