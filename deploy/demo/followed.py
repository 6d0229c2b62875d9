"""A file that another process writes, read on from look to look."""

from __future__ import annotations

from pathlib import Path


class Followed:
    """Begins at the start of the file, which may come into being later."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0

    def news(self) -> bytes:
        """Read what was written since the last call."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._read)
                data = file.read()
        except FileNotFoundError:
            return b""
        self._read += len(data)
        return data
