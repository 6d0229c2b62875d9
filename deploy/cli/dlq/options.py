"""The options that pick dead letters, the same for every verb of `cairn dlq`."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Annotated

import typer

from schemas.errors import CairnError
from stream.runtime.exits import Exit

CodeOption = Annotated[
    list[str] | None,
    typer.Option("--code", metavar="CODE", help="Only this reject code; may be repeated.", show_default=False),
]
SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="AGE", help="Only what was rejected in this time: 90s, 2h, 7 days.", show_default=False
    ),
]


def check_codes(codes: Iterable[str] | None) -> None:
    """Raise `CairnError` (exit 2) for a code that there is not.

    To be asked where no letter has it: one that another release wrote may have a code that this one does not know.
    """
    from schemas.reject_codes import CODES
    from stream.runtime.spelling import did_you_mean

    for code in codes or ():
        if code not in CODES:
            raise CairnError(
                f"there is no reject code {code!r}",
                where="--code",
                fix=did_you_mean(code, CODES) or "`cairn dlq list` shows the codes that there are",
                exit=Exit.USAGE,
            )


def since_ms(text: str | None) -> int | None:
    """`2h` as the epoch millisecond two hours ago; raises `CairnError` (exit 2) when it is no length of time."""
    from stream.runtime.quantities import parse_seconds

    if text is None:
        return None
    try:
        # Longer ago than 1970 is from the beginning on.
        return int(max(0.0, time.time() - parse_seconds(text)) * 1000)
    except ValueError as error:
        raise CairnError(
            f"--since {text!r}: {error}", where="the command line", fix="as in --since 2h", exit=Exit.USAGE
        ) from error


TopicOption = Annotated[
    str,
    typer.Option(
        "--topic", metavar="NAME", help="Whose dead letters, as contacts or deliveries-email; without prefix."
    ),
]
"""Usage events, where nothing else is said."""


def letters_of(topic: str) -> str:
    """Return the dead-letter topic of a topic, both without prefix; raises `CairnError` (exit 2) if it has none."""
    from schemas.topics import DEAD_LETTERS
    from stream.runtime.spelling import did_you_mean

    if topic in DEAD_LETTERS:
        return DEAD_LETTERS[topic]
    raise CairnError(
        f"no topic {topic!r} has dead letters",
        where="--topic",
        fix=did_you_mean(topic, DEAD_LETTERS) or f"one of {', '.join(DEAD_LETTERS)}",
        exit=Exit.USAGE,
    )
