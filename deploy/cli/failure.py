"""An error as its reader meets it: what, where, how to fix it, and the exit code. Never a traceback."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from pathlib import Path

import typer

from deploy.cli.extras import not_installed
from deploy.cli.text import printable
from schemas.errors import CairnError
from stream.runtime.exits import Exit

TRACEBACK = "--traceback"


@dataclass(frozen=True)
class Failure:
    """One error, ready to be printed."""

    what: str
    where: str | None
    fix: str | None
    exit: int

    def text(self) -> str:
        """Three short lines; one without content is left out, one that lists several things is set in below itself."""
        lines = (("error", self.what), ("where", self.where), ("fix", self.fix))
        return "".join(f"{name:>5}: {_lines(content)}\n" for name, content in lines if content)

    def document(self) -> str:
        """One line of JSON."""
        error = {"what": self.what, "where": self.where, "fix": self.fix, "exit": self.exit}
        return json.dumps({"error": error}, ensure_ascii=False) + "\n"


def failure_of(error: Exception) -> Failure:
    """Any exception that reached the top, as a `Failure`.

    An error of ours speaks for itself; one of the command line, the file system or the Kafka client is put in our
    words, and so is a library that is not installed; anything else is a fault of Cairn, and says so.
    """
    if isinstance(error, CairnError):
        return Failure(error.what, error.where, error.fix, int(error.exit))
    if isinstance(error, typer.TyperException):
        return _usage(error)
    if isinstance(error, OSError):
        return _file(error) if error.filename is not None else _system(error)
    if isinstance(error, ImportError) and (missing := not_installed(error)) is not None:
        return failure_of(missing)
    kafka = _kafka(error)
    return kafka if kafka is not None else _internal(error)


def _usage(error: typer.TyperException) -> Failure:
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path if ctx is not None else "cairn"
    message = error.format_message().strip()
    return Failure(
        what=message[:1].lower() + message[1:].rstrip("."),
        where=f"the command line of `{command}`",
        fix=f"`{command} --help` lists what it takes",
        exit=Exit.USAGE,
    )


def _file(error: OSError) -> Failure:
    reason = (error.strerror or type(error).__name__).lower()
    fixes = {
        FileNotFoundError: "check the path; it is taken from the directory you are in",
        PermissionError: "give the user you run as the right to it, or name another path",
        IsADirectoryError: "name a file inside it",
    }
    fix = fixes.get(type(error), "free or mend what the path stands on, then run it again")
    return Failure(what=f"cannot open a file: {reason}", where=str(error.filename), fix=fix, exit=Exit.USAGE)


def _system(error: OSError) -> Failure:
    """A file, a pipe or a socket that failed while it was in use; the system does not say which."""
    reason = error.strerror or str(error) or type(error).__name__
    return Failure(
        what=f"the operating system refused or failed: {reason.lower()}",
        where=None,
        fix="check the files and disks that this command works on, then run it again",
        exit=Exit.USAGE,
    )


def _kafka(error: Exception) -> Failure | None:
    import sys

    # Not imported here: an error of the Kafka client can only exist if a verb has loaded the client.
    client = sys.modules.get("confluent_kafka")
    if client is None or not isinstance(error, client.KafkaException):
        return None
    cause = error.args[0] if error.args else None
    if not isinstance(cause, client.KafkaError):
        return None
    from stream.runtime.verdicts import cure_of

    return Failure(
        what=f"Kafka refused or did not answer: {cause.str()}",
        where=f"Kafka error {cause.name()}",
        fix=f"{cure_of(cause)}; `cairn doctor` checks the connection, the rights and the topics one by one",
        exit=Exit.CANNOT_CONNECT,
    )


def _internal(error: Exception) -> Failure:
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    where = f"{Path(last.filename).name}:{last.lineno}, in {last.name}" if last else None
    return Failure(
        what=f"a fault inside Cairn: {type(error).__name__}: {error}",
        where=where,
        fix=f"please report it, with what `cairn {TRACEBACK} ...` adds to this message",
        exit=Exit.INTERNAL,
    )


def _lines(text: str) -> str:
    return "\n       ".join(printable(line.strip()) for line in text.strip().splitlines())
