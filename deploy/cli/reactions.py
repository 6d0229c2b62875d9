"""`cairn run reactions`: checks the topics, then supervises workers that run a user's modules, or the webhooks."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.run_options import HttpPort
from deploy.cli.supervised import common_options, supervise_role
from deploy.cli.topics.verified import verify_topics
from schemas.errors import CairnError
from stream.runtime.exits import Exit


def reactions(
    invocation: Invocation,
    modules: Annotated[
        list[str] | None,
        typer.Option(
            "--with", metavar="MODULE", help="Python module with an App; may be repeated.", show_default=False
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", help="Worker processes (reactions.workers).", show_default=False),
    ] = None,
    http_port: HttpPort = None,
) -> Exit:
    """Run reactions to milestones: the apps of your modules, or without --with the webhooks.

    Modules are looked for in the working directory, behind the installed packages. Each record is handled at least
    once: what a killed worker had in hand is handled again.
    """
    _check_extra()
    options = {"reactions.workers": workers, **common_options(invocation, http_port)}
    loaded = invocation.loaded(options)
    verify_topics(invocation, loaded.settings, "reactions")
    return supervise_role(
        invocation, loaded, options, "reactions", loaded.settings.reactions.group, modules=tuple(modules or ())
    )


def _check_extra() -> None:
    if find_spec("aiokafka") is None:  # Faust needs it, and has itself no spec once it is imported
        raise CairnError(
            "the library that reactions run on is not installed: faust",
            "cairn run reactions",
            'pip install "cairn-milestones[reactions]"',
            exit=Exit.USAGE,
        )
