"""A CSV file of baselines: its header, and its lines one by one."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from deploy.cli.baseline.fault import Fault
from schemas.errors import CairnError
from stream.runtime.exits import Exit

COLUMNS = ("contact_id", "metric", "value", "as_of")
_EXAMPLE = "contact_id,metric,value,as_of"


class Entry(NamedTuple):
    """One line as text, in the order of `COLUMNS`; `line` is that of its end where a cell has several."""

    line: int
    contact_id: str
    metric: str
    value: str
    as_of: str


def entries(path: Path) -> Iterator[Entry | Fault]:
    """Return the lines below the header, blank ones left out. One at a time: a file may be larger than memory.

    Raises:
        CairnError: exit 2 when the file cannot be read as CSV in UTF-8 or its header is not the four columns.
        OSError: it cannot be opened.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            header = [each.strip() for each in next(reader, [])]
            _check_header(path, header)
            places = [header.index(each) for each in COLUMNS]
            for cells in reader:
                if not any(map(str.strip, cells)):
                    continue
                if len(cells) != len(header):
                    yield Fault(
                        reader.line_num,
                        f"{len(cells)} columns instead of {len(header)}",
                        "separate columns by commas, and put a value that holds one in double quotes",
                    )
                    continue
                yield Entry(reader.line_num, *(cells[each] for each in places))
        except csv.Error as error:
            raise _unreadable(path, f"line {reader.line_num} is no CSV: {error}", "mend the quotes there") from error
        except UnicodeDecodeError as error:
            # The decoder works in blocks, so it does not know the line.
            line = f"behind line {reader.line_num}"
            raise _unreadable(path, f"it is not UTF-8 text {line}: {error.reason}", "save it as UTF-8") from error


def _check_header(path: Path, header: list[str]) -> None:
    missing = [each for each in COLUMNS if each not in header]
    twice = [each for each in COLUMNS if header.count(each) > 1]
    unknown = [each for each in header if each not in COLUMNS]
    if missing:
        what = f"the header lacks {', '.join(missing)}"
    elif twice:
        what = f"the header has {', '.join(twice)} twice"
    elif unknown:
        # More often a misspelt column than one to be passed over.
        what = f"the header has a column that a baseline does not: {', '.join(map(repr, unknown))}"
    else:
        return
    raise _unreadable(path, what, f"begin the file with {_EXAMPLE} (any order)", line=1)


def _unreadable(path: Path, what: str, fix: str, line: int | None = None) -> CairnError:
    return CairnError(what, where=f"{path}:{line}" if line else str(path), fix=fix, exit=Exit.USAGE)
