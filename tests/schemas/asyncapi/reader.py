"""The committed document as its readers find it: references followed, values checked by the schemas it names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import jsonschema_rs
from ruamel.yaml import YAML

SCHEMAS = Path(__file__).parents[3] / "schemas"
FILE = SCHEMAS / "asyncapi.yaml"


def committed() -> dict[str, Any]:
    """The document as plain data."""
    found: dict[str, Any] = YAML(typ="safe").load(FILE.read_text("utf-8"))
    return found


def references(part: Any) -> Iterator[str]:
    """Every `$ref` in a part of it; examples hold none."""
    if isinstance(part, Mapping):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for each in part.values():
            yield from references(each)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)


def resolve(document: Any, reference: str) -> Any:
    """What a reference of the document leads to.

    Raises:
        LookupError, OSError: nothing.
    """
    path, _, pointer = reference.partition("#")
    found = json.loads((SCHEMAS / path).read_bytes()) if path else document
    for step in pointer.split("/")[1:]:
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return found


def check(schema: Any, value: Any) -> None:
    """Check a value by a payload or headers schema of the document, in draft-07 as it says of them.

    Raises:
        jsonschema_rs.ValidationError: it does not conform.
    """
    plain = schema.get("schema", schema)
    jsonschema_rs.Draft7Validator(plain, retriever=_retrieve, validate_formats=True).validate(value)


def _retrieve(uri: str) -> Any:
    schema = json.loads((SCHEMAS / urlparse(uri).path.lstrip("/")).read_bytes())
    # Read as draft-07, whatever dialect the file names, and found under the path that leads to it.
    return {name: value for name, value in schema.items() if name not in ("$schema", "$id")}
