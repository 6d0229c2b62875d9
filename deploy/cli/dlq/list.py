"""`cairn dlq list`: what was rejected, newest first."""

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from deploy.cli.dlq.letter import Letter
from deploy.cli.dlq.options import CodeOption, SinceOption, TopicOption, check_codes, since_ms
from deploy.cli.invocation import Invocation
from deploy.cli.text import age, counted, moment, readable
from deploy.cli.verb import verb
from schemas.topics import USAGE_EVENTS
from stream.runtime.exits import Exit


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn dlq`."""
    verb(group, "list")(list_letters)


def list_letters(
    invocation: Invocation,
    code: CodeOption = None,
    since: SinceOption = None,
    topic: TopicOption = USAGE_EVENTS,
    limit: Annotated[int, typer.Option(min=0, help="How many to show, the newest; 0 shows all.")] = 20,
) -> Exit:
    """List rejected records, newest first, with a count by reason."""
    from deploy.cli.dlq.letters import open_letters

    settings = invocation.loaded().settings
    start = since_ms(since)
    with open_letters(invocation.clients(settings), settings, topic) as letters:
        wanted = set(code or ())
        found = (letter for letter in letters.read(letters.spans(start)) if not wanted or letter.code in wanted)
        newest, by_code = _newest(found, limit)
        name = letters.topic
    check_codes(wanted - by_code.keys())
    if invocation.as_json:
        invocation.out.document(
            {"topic": name, "total": by_code.total(), "by_code": dict(by_code), "letters": [*map(document, newest)]}
        )
        return Exit.OK
    _print(invocation, topic, name, newest, by_code)
    return Exit.OK


def document(letter: Letter) -> dict[str, Any]:
    """A letter for --json, without its value."""
    return {
        "position": letter.position,
        "partition": letter.partition,
        "offset": letter.offset,
        "rejected_at": moment(letter.rejected_at),
        "code": letter.code,
        "pointer": letter.pointer,
        "message": letter.message,
        "key": None if letter.key is None else readable(letter.key),
        "source": letter.source,
        "attempt": letter.attempt,
    }


def _newest(letters: Iterable[Letter], limit: int) -> tuple[list[Letter], Counter[str]]:
    """The `limit` newest (0: all) and the count of every code; memory grows with `limit`, not with the topic."""
    by_code: Counter[str] = Counter()

    def counting() -> Iterable[Letter]:
        for letter in letters:
            by_code[letter.code] += 1
            yield letter

    def recency(letter: Letter) -> tuple[int, int, int]:
        return letter.rejected_at, letter.offset, letter.partition

    if limit:
        return heapq.nlargest(limit, counting(), key=recency), by_code
    return sorted(counting(), key=recency, reverse=True), by_code


def _print(invocation: Invocation, topic: str, name: str, newest: list[Letter], by_code: Counter[str]) -> None:
    out = invocation.out
    if not newest:
        out.line(f"Nothing in {name}: no record was rejected.")
        return
    now = time.time()
    rows = [
        (letter.position, age(now - letter.rejected_at / 1000), letter.code, letter.pointer, letter.message)
        for letter in newest
    ]
    out.table(("POSITION", "AGE", "CODE", "POINTER", "MESSAGE"), rows, right=("POSITION", "AGE"))
    reasons = ", ".join(f"{count:,} {code}" for code, count in by_code.most_common())
    shown = "" if len(newest) == by_code.total() else f", the newest {len(newest):,} shown (--limit 0 for all)"
    out.note(f"{counted(by_code.total(), 'rejected record')}: {reasons}{shown}")
    of_topic = "" if topic == USAGE_EVENTS else f" --topic {topic}"
    out.note(f"cairn dlq show {newest[0].position}{of_topic}   prints the first with the cure")
