"""`cairn preview`: every message on every channel, on a local page that follows each save."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.file_argument import FileArgument
from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.preview.workspace import Sources
    from stream.runtime.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the verb to `cairn`."""
    verb(app, "preview")(preview)


def preview(
    invocation: Invocation,
    file: FileArgument = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of 127.0.0.1; 0 picks a free one.")] = 8025,
    contacts: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Contact files to try messages on; by default the folder contacts beside the milestones file.",
            show_default=False,
        ),
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write every message as files, with an index, instead of serving.",
            show_default=False,
        ),
    ] = None,
) -> Exit:
    """Look at every message on every channel, live on save: email, web push, phone, share page, card.

    A page on this machine, with checks beside each message; its address says what is shown, so it can be passed on.
    Renderer, portal and checks are the real ones; nothing is sent, and no link of it works elsewhere. Works without
    Kafka.

    Contacts are files in the form of the contacts record (YAML or JSON), with history: and numbers: if wanted; six come
    with Cairn.

    Examples: `cairn preview --open`; `cairn preview milestones.yaml --contacts people`;
    `cairn preview --out review` writes files for a merge request and exits with 1 when a check is red.
    """
    from deploy.cli.dispatcher import RENDERER, named
    from stream.runtime.logs import configure

    # Says what is missing where the channels are not installed.
    named(RENDERER)
    settings = invocation.loaded().settings
    configure(settings.log)
    sources = _sources(settings, file, contacts)
    if out is not None:
        return _write(invocation, settings, sources, out)
    return _serve(invocation, settings, sources, port, open_browser=open_browser)


def _sources(settings: Settings, file: Path | None, contacts: Path | None) -> Sources:
    from deploy.cli.milestones_file import read_milestones
    from deploy.preview.people import folder_of
    from deploy.preview.workspace import Sources
    from templates.folder import files_of

    path, templates = file or settings.tracker.milestones, settings.templates.folder
    # A file that is not there is a mistake of the command; one that has mistakes is shown with them.
    read_milestones(path)
    if templates:
        files_of(templates)
    return Sources(milestones=path, templates=templates, contacts=folder_of(path, contacts))


def _serve(invocation: Invocation, settings: Settings, sources: Sources, port: int, *, open_browser: bool) -> Exit:
    import webbrowser

    from deploy.preview.app import application
    from deploy.preview.server import HOST, listen, serve
    from deploy.preview.start import preview_of

    opened = listen(port)
    root = f"http://{HOST}:{opened.getsockname()[1]}"
    made = preview_of(settings, sources, root)
    if invocation.as_json:
        invocation.out.document({"url": f"{root}/", "file": str(sources.milestones)})
    else:
        invocation.out.line(f"{root}/")
        followed = [each for each in (sources.milestones, sources.templates, sources.contacts) if each]
        invocation.out.note(f"follows {', '.join(map(str, followed))}; Ctrl-C ends it")
        for fault in made.workspace.view.faults:
            invocation.out.note(f"{fault.where}: {fault.message}")
            if fault.hint:
                invocation.out.note(f"    {fault.hint}")
    sys.stdout.flush()
    if open_browser:
        webbrowser.open(f"{root}/")
    serve(application(made), opened, made.news.follow)
    return Exit.OK


def _write(invocation: Invocation, settings: Settings, sources: Sources, out: Path) -> Exit:
    from deploy.preview.folder import write_folder

    written = write_folder(settings, sources, out)
    if invocation.as_json:
        invocation.out.document(written.document())
    else:
        written.report(invocation.out.line, invocation.out.hint, invocation.out.note)
    return Exit.OK if written.is_sound else Exit.FINDINGS
