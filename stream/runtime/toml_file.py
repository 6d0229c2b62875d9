"""Settings from cairn.toml."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stream.runtime.environment import CONFIG
from stream.runtime.origins import Given, Origin, Problem

DEFAULT_FILE = Path("cairn.toml")


def find_file(config: Path | None, environ: Mapping[str, str], directory: Path) -> tuple[Path | None, Problem | None]:
    """The file to read: `config` (--config), else CAIRN_CONFIG, else cairn.toml in `directory` if there is
    one."""
    asked = [(config, "option --config"), (environ.get(CONFIG) or None, f"env {CONFIG}")]
    for path, asker in asked:
        if path is not None:
            path = directory / path
            if path.is_file():
                return path, None
            return None, Problem(f"there is no file {path}", asker, "give the path of a TOML file")
    path = directory / DEFAULT_FILE
    return (path if path.is_file() else None), None


def from_file(path: Path) -> tuple[list[Given], list[Problem]]:
    """All values of the file at `path`, keys dotted, and what keeps it from being read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return [], [Problem(f"cannot read it: {error.strerror}", str(path), "check its permissions")]
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [], [Problem("it is not UTF-8 text", f"{path}:{line}", "save it as UTF-8")]
    try:
        given = list(_leaves(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        what, place = _said(error, text)
        return [], [Problem(f"not TOML: {what}", f"{path}{place}", 'texts need quotes, as in prefix = "test-"')]
    except (RecursionError, ValueError) as error:
        place = next((f":{place}" for place, found in _statements(text) if isinstance(found, Exception)), "")
        return [], [_unreadable(error, f"{path}{place}")]
    places = positions(text)
    values, problems = [], []
    for key, value in given:
        origin = Origin("file", f"{path}:{places[key]}")
        fault = fault_of_value(value)
        if fault is None:
            values.append(Given(key, value, origin))
        else:
            problems.append(Problem(f"{key}: {fault}", str(origin)))
    return values, problems


def fault_of_value(value: object) -> str | None:
    """What keeps a value from being any setting's; None: nothing."""
    if isinstance(value, list):
        return next(filter(None, map(fault_of_value, value)), None)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return "an integer of TOML has at most 64 bits"
    if isinstance(value, str) and "\0" in value:
        return "a text with a NUL character is no path and no name anywhere"
    return None


def positions(text: str) -> dict[str, str]:
    """Where the statement of each dotted key begins, as `line:column`, both from 1; `text` is TOML."""
    places: dict[str, str] = {}
    for place, found in _statements(text):
        if not isinstance(found, Exception):
            for key in found:
                places.setdefault(key, place)
    return places


def _statements(text: str) -> Iterator[tuple[str, list[str] | Exception]]:
    """Each statement: where it begins, and the keys that it sets, or why it cannot be read.

    The parser of the standard library tells no places. A statement stands for itself below its header, so each is given
    to it alone: the lines since the last, until they are whole.
    """
    header, lines, begin = "", list[str](), 1
    # Lines end as TOML has it: to `splitlines` a form feed inside a text would be one too.
    for number, line in enumerate(text.split("\n"), 1):
        lines.append(line)
        statement = "\n".join(lines)
        is_header = statement.lstrip().startswith("[")
        found: list[str] | Exception
        try:
            found = [key for key, _ in _leaves(tomllib.loads(statement if is_header else f"{header}\n{statement}"))]
        except tomllib.TOMLDecodeError:
            continue
        except (RecursionError, ValueError) as error:
            found = error
        if is_header:
            header = statement
        yield f"{begin}:{len(lines[0]) - len(lines[0].lstrip()) + 1}", found
        lines, begin = [], number + 1


def _unreadable(error: Exception, where: str) -> Problem:
    if isinstance(error, RecursionError):
        return Problem("it is nested too deep", where, _FLAT)
    # The parser reads numbers as Python does, which stops at some thousand digits.
    return Problem("not TOML: a number has too many digits", where, "an integer of TOML has at most 64 bits")


_FLAT = "settings are a section and a name, as in [tracker] workers = 2"
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def _said(error: tomllib.TOMLDecodeError, text: str) -> tuple[str, str]:
    """The parser's words, and the place in them as `:line:column`."""
    said = str(error)
    match = _PLACE.search(said)
    if match is None:
        return said, ""
    line = match[1] or str(text.count("\n") + 1)
    return said[: match.start()], f":{line}:{match[2]}" if match[2] else f":{line}"


def _leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted keys and values. `sasl.username = …` and `"sasl.username" = …` are the same key."""
    for name, value in tree.items():
        key = f"{above}.{name}" if above else name
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, key)
        else:
            yield key, value
