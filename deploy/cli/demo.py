"""`cairn demo`: see milestones happen, on a Kafka of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from stream.runtime.exits import Exit


def register(app: typer.Typer) -> None:
    """Add the verb to `cairn`."""
    verb(app, "demo")(demo)


def demo(
    invocation: Invocation,
    story: Annotated[
        bool, typer.Option("--exit", help="Play the story once (about a minute), check it, and exit.")
    ] = False,
) -> Exit:
    """Watch milestones being reached, on a Kafka of its own.

    A simulated product writes usage events; milestones are celebrated in four languages by email, browser and phone, on
    servers of this machine and a page that shows each message. A worker is killed before your eyes, and a reaction of
    five lines too: nothing is lost, and nothing is said twice. Needs no Kafka, Java or Docker.

    All its messages in every language, without a Kafka: `cairn --config deploy/demo/cairn.toml preview`.
    """
    from deploy.demo import run

    return Exit(run(story=story, as_json=invocation.as_json))
