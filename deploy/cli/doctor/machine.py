"""What can be checked without Kafka: versions, the milestones file, the state directory."""

from __future__ import annotations

import platform
import shutil
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from deploy.cli.doctor.check import Check, Mark, failed
from deploy.cli.text import counted
from schemas.errors import CairnError

_LEAST_FREE = 1 << 30
"""Bytes: a store that cannot flush stops its worker."""


def versions() -> Check:
    """The versions that a report of a fault needs."""
    from confluent_kafka import libversion

    named = [("cairn", "cairn-milestones"), ("confluent-kafka", "confluent-kafka"), ("rocksdict", "rocksdict")]
    parts = [f"{name} {_version(distribution)}" for name, distribution in named]
    return Check(
        "versions",
        Mark.OK,
        ", ".join([parts[0], f"Python {platform.python_version()}", *parts[1:], f"librdkafka {libversion()[0]}"]),
    )


def milestones(path: Path) -> Check:
    """Whether the milestones file can be used."""
    from deploy.cli.milestones_file import sound_milestones
    from schemas.milestones.expand import expand

    if not path.exists():
        cure = "`cairn init` writes one; or name yours: tracker.milestones in cairn.toml, CAIRN_TRACKER_MILESTONES"
        return Check("milestones", Mark.WARN, f"no milestones file at {path}", cure)
    try:
        _, document = sound_milestones(path)
    except CairnError as error:
        return failed("milestones", error)
    return Check("milestones", Mark.OK, f"{path}: {counted(len(expand(document)), 'milestone')}")


def accelerator(wanted: str) -> Check:
    """Which body counts plain usage events on this machine: the native extension or Python."""
    from stream.native.extension import choose

    try:
        module, why_not = choose(wanted)
    except CairnError as error:
        return failed("accelerator", error)
    if module is None:
        return Check("accelerator", Mark.OK, f"Python counts all usage events: {why_not}")
    return Check("accelerator", Mark.OK, "the native extension counts plain usage events")


def state_dir(path: Path) -> Check:
    """Whether workers can keep their state there."""
    place = path.absolute()
    existing = next(folder for folder in (place, *place.parents) if folder.exists())
    cure = "give this user the right to it, or set state_dir of the role"
    if not existing.is_dir():
        return Check("state", Mark.FAIL, f"{existing} is a file, and {path} cannot be made in it", cure)
    try:
        with tempfile.TemporaryFile(dir=existing):
            free = shutil.disk_usage(existing).free
    except OSError as error:
        return Check("state", Mark.FAIL, f"cannot write to {existing}: {error.strerror}", cure)
    room = f"{path}: writable, {free / 1e9:,.0f} GB free"
    if free < _LEAST_FREE:
        return Check("state", Mark.WARN, room, "free some space, or set state_dir of the role to another disk")
    return Check("state", Mark.OK, room)


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "(not installed)"
