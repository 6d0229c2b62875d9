"""The JSON Schema of the milestones file, for editors that complete and check while you type."""

from __future__ import annotations

from typing import Any

from schemas.milestones.document import Document


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the file; what joins several values only the reader checks."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Cairn milestones",
        **{key: value for key, value in Document.model_json_schema(by_alias=True).items() if key != "title"},
    }
