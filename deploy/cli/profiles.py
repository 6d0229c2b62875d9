"""Profiles from a file: one JSON object, or one on each line; each judged as tracker and planner would."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from deploy.cli.events.line_record import LineRecord
from deploy.cli.events.ndjson import Line, lines
from deploy.cli.events.rejected_line import RejectedLine
from schemas.contact import Contact, Profile, read_contact
from schemas.errors import CairnError
from schemas.foreign_formats import read_object
from schemas.limits import DEFAULTS
from schemas.rejection import Rejection
from stream.runtime.exits import Exit
from stream.runtime.spelling import did_you_mean

_FIELDS = Contact.__struct_fields__


@dataclass(frozen=True)
class Judged:
    """The records of a file, in order, what is said against some of them, and what people may want to know."""

    records: list[LineRecord]
    rejected: list[RejectedLine]
    remarks: list[str]


def profiles(source: str) -> list[Line]:
    """The profiles in a file, or in standard input for `-`: all in memory, for none is sent before all are checked.

    Raises:
        CairnError: exit 2 when there is none, or they stand in one array.
        OSError: the file cannot be read.
    """
    found = [*lines(source)]
    whole = _whole(found)
    if isinstance(whole, list):
        raise _unfit("the file is one array", "write one object on each line: jq -c '.[]' FILE")
    if isinstance(whole, dict):
        # A profile as people write it, over several lines; compact, but with every number as it stands.
        return [Line(found[0].number, msgspec.json.format(_joined(found), indent=-1))]
    if not found:
        raise _unfit("there is no profile in it", "write one JSON object, or one on each line")
    return found


def judge(found: list[Line], now_ms: int) -> Judged:
    """Ask the door of contacts about each profile; `now_ms` is when they would be written (epoch ms)."""
    judged = Judged([LineRecord(line, now_ms) for line in found], [], [])
    for line, record in zip(found, judged.records, strict=True):
        verdict = _verdict(record)
        if isinstance(verdict, Rejection):
            judged.rejected.append(RejectedLine(line.number, verdict.code, verdict.pointer, verdict.message))
        else:
            names = read_object(line.data, DEFAULTS)
            judged.remarks.extend(_ignored(line.number, name) for name in names if name not in _FIELDS)
    return judged


def _verdict(record: LineRecord) -> Contact | Rejection | None:
    """The door's; what costs only its field there is refused here, where it can still be mended."""
    verdict = read_contact(record)
    if isinstance(verdict, Profile) and verdict.faults:
        return verdict.faults[0]
    return verdict


def _whole(found: list[Line]) -> object:
    """What all lines together are, as one JSON value; None if they are none."""
    try:
        return msgspec.json.decode(_joined(found))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def _joined(found: list[Line]) -> bytes:
    return b"\n".join(line.data for line in found)


def _ignored(number: int, name: str) -> str:
    hint = did_you_mean(name, _FIELDS)
    return f"line {number}: a profile has no field {name!r}, it is ignored" + (f"; {hint}" if hint else "")


def _unfit(what: str, fix: str) -> CairnError:
    return CairnError(what, where="the input of `cairn contact put`", fix=fix, exit=Exit.USAGE)
