"""Settings from cairn.toml."""

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
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        return [], [Problem(f"cannot read it: {error.strerror}", str(path), "check its permissions")]
    except UnicodeDecodeError:
        return [], [Problem("it is not UTF-8 text", str(path), "save it as UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return [], [Problem(f"not TOML: {error}", str(path), 'texts need quotes, as in prefix = "test-"')]
    return [Given(key, value, Origin("file", f"{path}:{key}")) for key, value in _leaves(tree)], []


def _leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted keys and values. `sasl.username = …` and `"sasl.username" = …` are the same key."""
    for name, value in tree.items():
        key = f"{above}.{name}" if above else name
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, key)
        else:
            yield key, value
