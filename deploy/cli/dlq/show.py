"""`cairn dlq show P:O`: one rejected event, as it came, with the cure."""

from __future__ import annotations

import base64
import sys
from typing import Annotated, Any

import typer

from deploy.cli.dlq.letter import Letter
from deploy.cli.dlq.list import document
from deploy.cli.dlq.options import TopicOption
from deploy.cli.dlq.position import parse_position
from deploy.cli.invocation import Invocation
from deploy.cli.text import moment, readable
from deploy.cli.verb import verb
from schemas.topics import USAGE_EVENTS
from stream.runtime.exits import Exit


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn dlq`."""
    verb(group, "show")(show)


def show(
    invocation: Invocation,
    position: Annotated[str, typer.Argument(metavar="P:O", help="partition:offset, as `cairn dlq list` prints it.")],
    topic: TopicOption = USAGE_EVENTS,
    raw: Annotated[bool, typer.Option("--raw", help="Only the original value, byte for byte, for a pipe.")] = False,
) -> Exit:
    """Show one rejected record as it came, and how to fix it."""
    from deploy.cli.dlq.letters import open_letters

    place = parse_position(position)
    settings = invocation.loaded().settings
    with open_letters(invocation.clients(settings), settings, topic) as letters:
        (letter,) = letters.at([place])
    if raw:
        sys.stdout.buffer.write(letter.value or b"")
        sys.stdout.buffer.flush()
    elif invocation.as_json:
        invocation.out.document(_whole(letter))
    else:
        _print(invocation, letter)
    return Exit.OK


def _whole(letter: Letter) -> dict[str, Any]:
    return {
        **document(letter),
        "fix": letter.cure,
        "headers": [{"name": name, **_bytes(value)} for name, value in letter.original_headers],
        "value": None if letter.value is None else _bytes(letter.value),
    }


def _bytes(data: bytes) -> dict[str, str]:
    """Text where it is text; base64 too, because that alone is exact."""
    exact = {"base64": base64.b64encode(data).decode("ascii")}
    try:
        return {"text": data.decode("utf-8"), **exact}
    except UnicodeDecodeError:
        return exact


def _print(invocation: Invocation, letter: Letter) -> None:
    out = invocation.out
    facts = [
        ("code", letter.code),
        ("message", letter.message),
        ("pointer", letter.pointer),
        ("fix", letter.cure),
        ("source", letter.source),
        ("rejected", moment(letter.rejected_at)),
        ("attempt", letter.attempt),
        ("key", readable(letter.key)),
        *((f"header {name}", readable(value)) for name, value in letter.original_headers),
        ("value", readable(letter.value)),
    ]
    out.facts((name, fact) for name, fact in facts if fact not in (None, ""))
