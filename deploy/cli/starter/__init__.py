"""What `cairn init` writes: an example of every form, to be cut down to what a product needs."""

from __future__ import annotations

import json
from pathlib import Path

# By their place in the new directory; each lies beside this file.
_COPIED = {
    "milestones.yaml": "milestones.yaml",
    "cairn.toml": "cairn.toml",
    "templates/README.md": "templates.md",
}


def starter_files() -> dict[str, str]:
    """Return the text of each file by its path in the new directory."""
    from schemas.milestones import json_schema

    here = Path(__file__).parent
    copied = {path: (here / name).read_text(encoding="utf-8") for path, name in _COPIED.items()}
    return copied | {"milestones.schema.json": json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"}
