"""`cairn run tracker`: checks what the workers rest on, then supervises them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from stream.runtime.settings import Settings


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn run`."""
    verb(group, "tracker")(tracker)


def tracker(
    invocation: Invocation,
    milestones: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The milestones file (tracker.milestones).", show_default=False)
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", help="Worker processes, a core each (tracker.workers).", show_default=False),
    ] = None,
    accept_gap: Annotated[
        bool, typer.Option("--accept-gap", help="Go on although retention deleted input that was never read.")
    ] = False,
    http_port: Annotated[
        str | None,
        typer.Option(metavar="PORT", help="Health and metrics; 0 picks a port, off serves none.", show_default=False),
    ] = None,
) -> Exit:
    """Run the tracker: usage events in, milestone-crossed out, exactly once.

    Before any worker starts, the milestones file, the brokers and the topics are checked. A worker that dies is started
    again; SIGTERM or Ctrl-C drains them all.
    """
    from deploy.cli.milestones_file import sound_milestones
    from deploy.cli.worker import WorkerOrder
    from stream.runtime.logs import configure
    from stream.runtime.supervise import supervise

    options: dict[str, Any] = {
        "tracker.milestones": milestones and str(milestones.absolute()),
        "tracker.workers": workers,
        "tracker.accept_gap": True if accept_gap else None,
        "http.port": http_port,
        "log.format": "json" if invocation.as_json else None,
    }
    loaded = invocation.loaded(options)
    settings = loaded.settings
    text, _ = sound_milestones(settings.tracker.milestones)
    _verify_topics(invocation, settings)
    order = WorkerOrder(
        milestones=str(_shared_copy(settings, text)),
        config=str(loaded.file.absolute()) if loaded.file else None,
        options={"kafka.bootstrap_servers": invocation.bootstrap, **options},
    )
    configure(settings.log)
    return supervise(settings, lambda _index: order.command())


def _verify_topics(invocation: Invocation, settings: Settings) -> None:
    from deploy.cli.topic_admin import TopicAdmin
    from deploy.cli.topics.wanted import found_differences

    _, found = found_differences(settings, TopicAdmin(invocation.clients(settings)))
    if not found:
        return
    first, more = found[0], len(found) - 1
    also = f" (and {more} more)" if more else ""
    raise CairnError(
        f"the topics are not as they should be: {first.topic}: {first.what} {first.now}, wanted {first.wanted}{also}",
        where=f"brokers {settings.kafka.bootstrap_servers}",
        fix=next((each.fix for each in found if each.fix), None)
        or "`cairn topics plan` shows all of it, `cairn topics apply` mends it",
        exit=Exit.DRIFT,
    )


def _shared_copy(settings: Settings, text: str) -> Path:
    """The file as it was checked, kept with the state: a worker restarted after an edit still reads the same."""
    data = text.encode()
    folder = settings.tracker.state_dir.absolute() / "milestones"
    copy = folder / f"{hashlib.sha256(data).hexdigest()[:16]}.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = copy.with_suffix(".new")
        fresh.write_bytes(data)
        fresh.replace(copy)
    except OSError as error:
        raise CairnError(
            f"cannot write to the state directory: {(error.strerror or str(error)).lower()}",
            where=str(folder),
            fix="give this user the right to it, or set tracker.state_dir to another",
            exit=Exit.STORE,
        ) from error
    return copy
