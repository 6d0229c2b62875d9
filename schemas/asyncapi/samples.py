"""The valid examples of the contract, as examples of messages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

Samples: TypeAlias = Mapping[str, Mapping[str, Any]]
"""By the name of a schema: what each of its examples holds, by its name."""

EXAMPLES = Path(__file__).parents[1] / "examples" / "valid"


def read_samples(directory: Path = EXAMPLES) -> Samples:
    """Read all of them, sorted by name.

    Raises:
        OSError: the directory is not there.
        ValueError: a file is no JSON.
    """
    return {
        folder.name: {file.stem: json.loads(file.read_bytes()) for file in sorted(folder.glob("*.json"))}
        for folder in sorted(directory.iterdir())
    }


def as_payloads(samples: Samples, kind: str) -> Sequence[Mapping[str, Any]]:
    """Return the examples of a message whose value is of that schema."""
    return [{"name": name, "payload": value} for name, value in samples[kind].items()]
