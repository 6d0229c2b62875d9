"""`cairn dlq replay`: rejected events back to the topic they came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.dlq.letter import Letter, counts, refusal
from deploy.cli.dlq.options import CodeOption, SinceOption, TopicOption, check_codes, since_ms
from deploy.cli.dlq.position import parse_position
from deploy.cli.invocation import Invocation
from deploy.cli.text import counted
from deploy.cli.verb import verb
from schemas.errors import CairnError
from schemas.topics import USAGE_EVENTS
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.dlq.letters import Letters

_NAMED = 5
"""Positions named in one line; a thousand letters of one code have one reason."""


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn dlq`."""
    verb(group, "replay")(replay)


def replay(
    invocation: Invocation,
    positions: Annotated[
        list[str] | None,
        typer.Argument(metavar="P:O", help="partition:offset, one or more, as `cairn dlq list` prints it."),
    ] = None,
    code: CodeOption = None,
    all_letters: Annotated[bool, typer.Option("--all", help="Every dead letter there is.")] = False,
    since: SinceOption = None,
    topic: TopicOption = USAGE_EVENTS,
    force: Annotated[bool, typer.Option("--force", help="Send even what would be rejected again as it is.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")] = False,
) -> Exit:
    """Send rejected records back to the topic they came from.

    Key, value and headers go back unchanged, in one transaction: all of them or none. What would be rejected again is
    kept back. A dead letter stays where it is, so a second replay sends it again, and it counts once only as long as
    the tracker's dedupe window reaches back to the first: narrow later replays with --since. A delivery
    that is sent back after its send_by is not tried any more. `cairn doctor` then counts what is rejected afterwards.
    """
    from deploy.cli.dlq.letters import open_letters

    chosen = [parse_position(position) for position in positions or ()]
    _check_choice(chosen, code, all_letters=all_letters, since=since)
    start = since_ms(since)
    settings = invocation.loaded().settings
    clients = invocation.clients(settings)
    with open_letters(clients, settings, topic) as letters:
        found = _chosen(letters, chosen, code, start)
        check_codes(set(code or ()) - {letter.code for letter in found})
        refused = [(letter, why) for letter in found if (why := refusal(letter, force=force)) is not None]
        without = {letter.position for letter, _ in refused}
        sent = [letter for letter in found if letter.position not in without]
        if sent and not dry_run:
            from deploy.cli.dlq.return_to_source import return_to_source

            return_to_source(clients, settings, sent, letters.topic, letters.spans())
    report = _document if invocation.as_json else _print
    report(invocation, sent, refused, dry_run)
    return Exit.FINDINGS if refused else Exit.OK


def _check_choice(chosen: Sequence[object], code: list[str] | None, *, all_letters: bool, since: str | None) -> None:
    ways = sum((bool(chosen), bool(code), all_letters))
    if ways == 1 and not (chosen and since):
        return
    raise CairnError(
        "say which dead letters to replay" if not ways else "these choices cannot be combined",
        where="the command line of `cairn dlq replay`",
        fix="give positions (3:88121), or --code CODE, or --all; --since narrows the last two",
        exit=Exit.USAGE,
    )


def _chosen(letters: Letters, positions: Sequence[Any], code: list[str] | None, start: int | None) -> list[Letter]:
    if positions:
        return letters.at(dict.fromkeys(positions))
    wanted = set(code or ())
    return [letter for letter in letters.read(letters.spans(start)) if not wanted or letter.code in wanted]


_Report = Callable[[Invocation, list[Letter], list[tuple[Letter, str]], bool], None]


def _document(invocation: Invocation, sent: list[Letter], refused: list[tuple[Letter, str]], dry_run: bool) -> None:
    def line(letter: Letter) -> dict[str, Any]:
        return {
            "position": letter.position,
            "code": letter.code,
            "to": letter.source_topic,
            "refused_before": letter.attempt,
        }

    invocation.out.document(
        {
            "dry_run": dry_run,
            "replayed": [line(letter) for letter in sent],
            "refused": [{"position": letter.position, "code": letter.code, "why": why} for letter, why in refused],
        }
    )


def _print(invocation: Invocation, sent: list[Letter], refused: list[tuple[Letter, str]], dry_run: bool) -> None:
    out = invocation.out
    done = "would be replayed" if dry_run else "replayed"
    for topic, letters in _by_topic(sent).items():
        reasons = ", ".join(f"{count:,} {code}" for code, count in counts(letters).items())
        out.line(f"{counted(len(letters), 'record')} {done} to {topic}: {reasons}")
    if not sent:
        out.line("Nothing was replayed." if refused else "Nothing to replay: no dead letter fits.")
    for why, letters in _by_reason(refused).items():
        places = ", ".join(letter.position for letter in letters[:_NAMED])
        more = f" and {len(letters) - _NAMED:,} more" if len(letters) > _NAMED else ""
        out.line(f"refused {places}{more}: {why}")
    if dry_run and sent:
        out.note("nothing was sent; run it again without --dry-run")


def _by_reason(refused: Iterable[tuple[Letter, str]]) -> dict[str, list[Letter]]:
    result: dict[str, list[Letter]] = {}
    for letter, why in refused:
        result.setdefault(f"{letter.code}: {why}", []).append(letter)
    return result


def _by_topic(letters: Iterable[Letter]) -> dict[str, list[Letter]]:
    result: dict[str, list[Letter]] = {}
    for letter in letters:
        result.setdefault(letter.source_topic or "", []).append(letter)
    return result
