"""Settings from all their sources: defaults, cairn.toml, the environment, options; the later wins, and each
value keeps its origin.

All problems of all sources are reported at once.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stream.runtime.environment import from_environment, variable_of
from stream.runtime.masking import shown
from stream.runtime.merging import known_keys, merge, validate
from stream.runtime.origins import DEFAULT, Given, Origin, Problem, SettingsError
from stream.runtime.settings import Section, Settings
from stream.runtime.settings.removed import REMOVED
from stream.runtime.toml_file import find_file, from_file


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `cairn config show`; `value` is already masked."""

    key: str
    value: str
    origin: Origin
    variable: str
    description: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings and where each that is not a default came from."""

    settings: Settings
    origins: Mapping[str, Origin]
    file: Path | None
    """The cairn.toml that was read."""

    def origin(self, key: str) -> Origin:
        """Where the value of `key` came from."""
        return self.origins.get(key, DEFAULT)

    def rows(self) -> list[Row]:
        """Every setting and every given librdkafka property."""
        return [row for name in Settings.model_fields for row in self._rows_of(name, getattr(self.settings, name))]

    def _rows_of(self, section: str, values: Section) -> list[Row]:
        rows = []
        for name, field in type(values).model_fields.items():
            value = getattr(values, name)
            if isinstance(value, Section):
                rows += self._rows_of(f"{section}.{name}", value)
            elif name == "properties":
                rows += [self._row(f"{section}.{item}", value[item], "librdkafka property") for item in sorted(value)]
            else:
                rows.append(self._row(f"{section}.{name}", values.show(name), field.description or ""))
        return rows

    def _row(self, key: str, value: str, description: str) -> Row:
        return Row(key, shown(key, value), self.origin(key), variable_of(key), description)


def load(
    *,
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
    options: Mapping[str, object] | None = None,
    option_names: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> Loaded:
    """Read every source and return the settings.

    Args:
        config: the file given by --config.
        environ: the environment; by default this process's.
        options: explicit values by dotted key (`{"tracker.workers": 4}`), as command-line options give
            them; None is not given.
        option_names: how an option is spelled, by dotted key, where it is not the setting's name
            (`{"http.port": "--http-port"}`).
        directory: where ./cairn.toml is looked for; by default the working directory.

    Raises:
        SettingsError: with every problem found.
    """
    environ = os.environ if environ is None else environ
    path, problem = find_file(config, environ, directory or Path())
    problems = [problem] if problem else []
    given: list[Given] = []
    if path is not None:
        given += _collect(from_file(path), problems)
    given += _collect(from_environment(environ, [*known_keys(), *REMOVED]), problems)
    given += [
        Given(key, value, Origin("option", (option_names or {}).get(key) or _option_of(key)))
        for key, value in (options or {}).items()
        if value is not None
    ]
    values, unknown = merge(given, path)
    settings, invalid = validate(values)
    problems += [*unknown, *invalid]
    if problems or settings is None:
        raise SettingsError(tuple(problems))
    return Loaded(settings, {key: item.origin for key, item in values.items()}, path)


def _option_of(key: str) -> str:
    return f"--{key.rpartition('.')[2].replace('_', '-')}"


def _collect(found: tuple[list[Given], list[Problem]], problems: list[Problem]) -> list[Given]:
    problems += found[1]
    return found[0]
