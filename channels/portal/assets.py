"""Style sheet, script, icon and monochrome badge, under names that change with their content."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".js": "text/javascript; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its name on the web (`portal.3f2a1b0c9d8e.css`), its content type, its bytes."""

    name: str
    content_type: str
    body: bytes


class Assets:
    """All files of a folder, read once. Caches may keep each for ever, for another content has another name."""

    def __init__(self, folder: Path) -> None:
        self._by_file = {path.name: _read(path) for path in sorted(folder.iterdir()) if path.suffix in _TYPES}
        self._by_name = {each.name: each for each in self._by_file.values()}

    def named(self, file: str) -> str:
        """Return the name on the web of a file of the folder; KeyError when it is not there."""
        return self._by_file[file].name

    def find(self, name: str) -> Asset | None:
        """Return the file with this name on the web."""
        return self._by_name.get(name)


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(f"{path.stem}.{sha256(body).hexdigest()[:12]}{path.suffix}", _TYPES[path.suffix], body)
