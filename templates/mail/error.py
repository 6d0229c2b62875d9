"""A mistake in the source of an email, where whoever wrote it finds it."""

from __future__ import annotations


class MailError(Exception):
    """No email can be made of a source. `file` is its path, `line` counts from 1."""

    def __init__(self, file: str, line: int, message: str, hint: str = "") -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file, self.line, self.message, self.hint = file, line, message, hint
