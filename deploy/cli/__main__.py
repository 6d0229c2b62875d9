"""`cairn`: reads the command line, runs one verb, turns its outcome into an exit code."""

import sys
import traceback
from collections.abc import Sequence
from itertools import takewhile
from typing import Annotated

import typer

from deploy.cli import (
    broker,
    config,
    contact,
    contact_change,
    contact_erase,
    contact_explain,
    contact_put,
    demo,
    init,
    milestones,
    preview,
    run,
    web_push_keys,
)
from deploy.cli.baseline import verb as baseline
from deploy.cli.dlq import list as dlq_list
from deploy.cli.dlq import replay as dlq_replay
from deploy.cli.dlq import show as dlq_show
from deploy.cli.doctor import verb as doctor
from deploy.cli.events import send as events_send
from deploy.cli.events import validate as events_validate
from deploy.cli.failure import TRACEBACK, failure_of
from deploy.cli.invocation import Invocation
from deploy.cli.languages import add as languages_add
from deploy.cli.languages import list as languages_list
from deploy.cli.rules import apply as rules_apply
from deploy.cli.rules import diff as rules_diff
from deploy.cli.rules import show as rules_show
from deploy.cli.send_test import verb as send_test
from deploy.cli.topics import accept as topics_accept
from deploy.cli.topics import apply as topics_apply
from deploy.cli.topics import plan as topics_plan
from deploy.cli.topics import verify as topics_verify
from deploy.cli.verb import BootstrapOption, ConfigOption, JsonOption
from schemas.errors import CairnError
from stream.runtime.exits import Exit

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it: 128 + SIGINT."""

# In the order of a first day: run, topics, milestones, events; then what goes wrong.
_GROUPS = (
    ("run", "Run a part of Cairn.", (run,)),
    ("topics", "Plan, create and check the topics.", (topics_plan, topics_apply, topics_verify, topics_accept)),
    (
        "milestones",
        "Check the milestones file, put it into force, show what is.",
        (milestones, rules_apply, rules_diff, rules_show),
    ),
    (
        "languages",
        "Languages of messages: how far each is written, and the file for another.",
        (languages_add, languages_list),
    ),
    ("events", "Check and send usage events.", (events_validate, events_send)),
    (
        "contact",
        "Write contacts, look at one, or erase it.",
        (contact_put, contact_change, contact, contact_explain, contact_erase),
    ),
    ("dlq", "Read and replay rejected records.", (dlq_list, dlq_show, dlq_replay)),
    ("web-push", "Keys for web push.", (web_push_keys,)),
    ("config", "Show the settings and where they come from.", (config,)),
)
_SINGLE = (init, preview, baseline, send_test, doctor, broker, demo)


def build_app() -> typer.Typer:
    """The whole command tree. Verbs import what they need when they run, so that this stays quick."""
    app = typer.Typer(
        name="cairn", rich_markup_mode=None, help="Say once, and only once, when a contact reaches a milestone."
    )
    app.callback(invoke_without_command=True)(_root)
    for name, about, verbs in _GROUPS:
        group = typer.Typer(name=name, rich_markup_mode=None, help=about)
        group.callback(invoke_without_command=True)(_group)
        for module in verbs:
            module.register(group)
        app.add_typer(group)
    for module in _SINGLE:
        module.register(app)
    return app


def _root(
    ctx: typer.Context,
    config: ConfigOption = None,
    bootstrap: BootstrapOption = None,
    as_json: JsonOption = False,
    show_traceback: Annotated[bool, typer.Option(TRACEBACK, hidden=True)] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    ctx.obj = Invocation(config=config, bootstrap=bootstrap, as_json=as_json)
    if version:
        _print_version(as_json=as_json)
        raise typer.Exit(Exit.OK)
    _help_without_verb(ctx)


def _group(
    ctx: typer.Context,
    config: ConfigOption = None,
    bootstrap: BootstrapOption = None,
    as_json: JsonOption = False,
) -> None:
    ctx.obj = ctx.ensure_object(Invocation).narrowed(config=config, bootstrap=bootstrap, as_json=as_json)
    _help_without_verb(ctx)


def _help_without_verb(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit(Exit.USAGE)


def _print_version(*, as_json: bool) -> None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("cairn-milestones")
    except PackageNotFoundError:
        number = "unknown (run from a checkout that is not installed)"
    if as_json:
        Invocation(as_json=True).out.document({"cairn": number})
    else:
        typer.echo(f"cairn {number}")


def cairn(arguments: Sequence[str]) -> int:
    """Run one command line (without the program's name) and return its exit code; prints every error itself."""
    try:
        _check_text(arguments)
        # Not standalone: typer would print errors in its own frame and exit with its own codes.
        outcome = typer.main.get_command(build_app()).main(
            args=list(arguments), prog_name="cairn", standalone_mode=False
        )
        # Here and not at the end of the process, where a reader that has left would be a message of Python's.
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return _closed_pipe()
    except Exception as error:
        failure = failure_of(error)
        as_json = "--json" in arguments
        if TRACEBACK in arguments:
            traceback.print_exception(error)
        sys.stderr.write(failure.document() if as_json else failure.text())
        return failure.exit
    return int(outcome or Exit.OK)


def _check_text(arguments: Sequence[str]) -> None:
    """Refuse bytes that are not UTF-8: Python keeps them as lone surrogates, which no record and no name can hold."""
    for place, each in enumerate(arguments):
        if any("\ud800" <= character <= "\udfff" for character in each):
            verb = " ".join(["cairn", *takewhile(lambda word: not word.startswith("-"), arguments[:place])])
            raise CairnError(
                f"an argument is not UTF-8 text: {each}",
                where=f"the command line of `{verb}`",
                fix="check the encoding of the terminal, or of the file that it came from",
                exit=Exit.USAGE,
            )


def _closed_pipe() -> int:
    """`cairn dlq list | head`: the reader has seen enough. Nothing is wrong, and nothing more can be written."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.OK


def main() -> None:
    """Entry point of the `cairn` command."""
    sys.exit(cairn(sys.argv[1:]))


if __name__ == "__main__":
    main()
