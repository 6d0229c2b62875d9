"""One way to register a verb, so that every one of them has the same global options and exit codes."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.invocation import Invocation
from stream.runtime.exits import Exit

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Settings file instead of ./cairn.toml.",
        show_default=False,
    ),
]
BootstrapOption = Annotated[
    str | None,
    typer.Option(
        "--bootstrap",
        metavar="HOST:PORT",
        help="Kafka brokers, instead of KAFKA_BOOTSTRAP_SERVERS.",
        show_default=False,
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option("--json", help="One JSON document instead of text."),
]

_GLOBALS: dict[str, Any] = {"config": ConfigOption, "bootstrap": BootstrapOption, "as_json": JsonOption}
_DEFAULTS: dict[str, Any] = {"config": None, "bootstrap": None, "as_json": False}

Verb = Callable[..., Exit]


def verb(app: typer.Typer, name: str, *, hidden: bool = False) -> Callable[[Verb], Verb]:
    """Register a function as the verb `name` of `app`.

    The function takes an `Invocation` first, then its own typer parameters, and returns an `Exit`. The global
    options are added behind its own: `cairn --json topics plan` and `cairn topics plan --json` are the same.
    """

    def register(function: Verb) -> Verb:
        def command(ctx: typer.Context, **arguments: Any) -> None:
            named = {key: arguments.pop(key) for key in _GLOBALS}
            invocation = ctx.ensure_object(Invocation).narrowed(**named)
            raise typer.Exit(function(invocation, **arguments))

        _, *own = inspect.signature(function, eval_str=True).parameters.values()
        keyword = inspect.Parameter.KEYWORD_ONLY
        context = inspect.Parameter("ctx", keyword, annotation=typer.Context)
        shared = [
            inspect.Parameter(key, keyword, annotation=hint, default=_DEFAULTS[key]) for key, hint in _GLOBALS.items()
        ]
        parameters = [context, *(p.replace(kind=keyword) for p in own), *shared]
        # typer reads parameters from the signature: this is what lets one definition serve all verbs.
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # a documented hook of inspect
        app.command(name, help=inspect.getdoc(function), hidden=hidden)(command)
        return function

    return register
