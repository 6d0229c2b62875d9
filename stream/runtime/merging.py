"""Values from several sources into one valid tree of settings."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeGuard, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stream.runtime.masking import MASK, is_secret
from stream.runtime.origins import Given, Problem
from stream.runtime.properties import faults_of
from stream.runtime.settings import Section, Settings, property_text
from stream.runtime.settings.removed import REMOVED
from stream.runtime.spelling import did_you_mean

_KAFKA = "kafka."
# librdkafka's own names for what are settings of ours.
_ALIASES = {
    "kafka.bootstrap.servers": "kafka.bootstrap_servers",
    "kafka.metadata.broker.list": "kafka.bootstrap_servers",
    "kafka.client.id": "kafka.client_id",
}


def known_keys() -> list[str]:
    """Every settings key, properties of librdkafka aside."""
    return [
        f"{name}.{field}"
        for name, section in _sections(Settings)
        for field, about in section.model_fields.items()
        if field != "properties" and not _is_section(about.annotation)
    ]


def merge(given: Iterable[Given], file: Path | None) -> tuple[dict[str, Given], list[Problem]]:
    """The value that wins for each key (the later of `given`), and the keys that nobody knows.

    A relative path in the file is relative to the file, wherever the command runs.
    """
    known = known_keys()
    values: dict[str, Given] = {}
    problems = []
    for item in given:
        key = _ALIASES.get(item.key, item.key)
        if (why := REMOVED.get(key)) is not None:
            problems.append(Problem(f"the setting {key} is gone: {why}", str(item.origin), "delete it"))
            continue
        if key not in known and not _may_be_property(key):
            fix = did_you_mean(key, known) or f"the sections are {', '.join(name for name, _ in _sections(Settings))}"
            problems.append(Problem(f"unknown setting {key}", str(item.origin), fix))
            continue
        value = item.value
        if file is not None and item.origin.kind == "file" and _is_path(key) and isinstance(value, str):
            value = file.parent / Path(value).expanduser()
        values[key] = Given(key, value, item.origin)
    return values, problems


def validate(values: Mapping[str, Given]) -> tuple[Settings | None, list[Problem]]:
    """The settings, or None and everything that is wrong with the values."""
    known = set(known_keys())
    properties, problems = {}, []
    for key in values.keys() - known:
        try:
            properties[key.removeprefix(_KAFKA)] = property_text(values[key].value)
        except ValueError as error:
            problems.append(Problem(f"{key}: {error}", str(values[key].origin)))
    tree: dict[str, Any] = {}
    for key, item in values.items():
        if key not in known and key.removeprefix(_KAFKA) not in properties:
            continue
        *sections, name = key.split(".") if key in known else ("kafka", "properties", key.removeprefix(_KAFKA))
        target = tree
        for section in sections:
            target = target.setdefault(section, {})
        target[name] = item.value
    problems += [
        Problem(what, str(values[_KAFKA + name].origin), fix) for name, (what, fix) in faults_of(properties).items()
    ]
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        return None, problems + [_problem(detail, values) for detail in error.errors(include_url=False)]
    return settings, problems


def _sections(above: type[Section], prefix: str = "") -> Iterator[tuple[str, type[Section]]]:
    """Every section below `above` with its dotted name, those inside sections too."""
    for name, field in above.model_fields.items():
        section = field.annotation
        if _is_section(section):
            yield f"{prefix}{name}", section
            yield from _sections(section, f"{prefix}{name}.")


def _is_section(annotation: object) -> TypeGuard[type[Section]]:
    return isinstance(annotation, type) and issubclass(annotation, Section)


def _may_be_property(key: str) -> bool:
    """A name in [kafka] that is written as librdkafka writes its own: dots, no underscores."""
    return key.startswith(_KAFKA) and "_" not in key


def _is_path(key: str) -> bool:
    section, _, name = key.rpartition(".")
    return any(
        at == section and name in found.model_fields and _holds_path(found.model_fields[name].annotation)
        for at, found in _sections(Settings)
    )


def _holds_path(annotation: object) -> bool:
    """Whether it is Path, or has it inside, as in `Annotated[Path, ...] | None`."""
    return annotation is Path or any(map(_holds_path, get_args(annotation)))


def _problem(detail: ErrorDetails, values: Mapping[str, Given]) -> Problem:
    parts = [str(part) for part in detail["loc"]]
    said = detail["msg"].removeprefix("Value error, ")
    # Behind the name of a setting stands the place in its list.
    named = (".".join(parts[:size]) for size in range(len(parts), 0, -1))
    key = next((each for each in named if each in values), ".".join(parts))
    item = values.get(key)
    if item is None:  # of several settings together
        inside = sorted({str(found.origin) for name, found in values.items() if name.startswith(f"{key}.")})
        return Problem(f"{key}: {said}", ", ".join(inside) or "settings")
    value = MASK if is_secret(key) else repr(item.value)
    return Problem(f"{key} = {value}: {said[:1].lower()}{said[1:]}", str(item.origin))
