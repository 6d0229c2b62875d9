"""Tells once of each text for whose sake a message went out in the default language."""

from __future__ import annotations

import structlog

_MOST = 1_000
"""Texts that are told of: languages x texts of a large installation. More would be a log full of one fault."""

log = structlog.get_logger(__name__)


class Untranslated:
    """What was told by one process."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def tell(self, language: str, text: str) -> None:
        """Write a line for a text that a language lacks, the first time."""
        if (language, text) in self._told or len(self._told) >= _MOST:
            return
        self._told.add((language, text))
        log.warning(
            "message_in_default_language",
            language=language,
            text=text,
            why="templates.missing is whole, and this text is missing",
            cure=f"`cairn languages add {language}` writes it into the catalogue, to be filled in",
        )
