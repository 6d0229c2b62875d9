"""One thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["green", "amber", "red"]
WORDS = {"green": "Good", "amber": "Look", "red": "Mend"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: red must be mended before it is sent, amber is worth a look, green is well.

    `fix` says what to do; empty where nothing is to be done. `channel` is one of `deploy.preview.state.CHANNELS`.
    """

    level: Level
    channel: str
    name: str
    says: str
    fix: str = ""

    @property
    def word(self) -> str:
        """The level as a word, so that it is no matter of colour alone."""
        return WORDS[self.level]

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {
            "level": self.level,
            "channel": self.channel,
            "name": self.name,
            "says": self.says,
            "fix": self.fix or None,
        }
