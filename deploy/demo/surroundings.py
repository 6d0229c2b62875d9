"""Settings of the person who runs the demo that must not reach into it: they may name the company's cluster."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_BROKERS = "KAFKA_BOOTSTRAP_SERVERS"
_OURS = "CAIRN_"
_HARMLESS = {"CAIRN_CACHE_DIR", "CAIRN_TEST_KAFKA", "CAIRN_TEST_KAFKA_IMAGE", "CAIRN_TEST_POSTFIX"}
"""Where downloads are kept, and what only tests look at."""


def foreign(environ: Mapping[str, str]) -> list[str]:
    """Names of the variables that would set Cairn up for something else. Their values are not looked at."""
    return sorted(
        name for name in environ if name.startswith(_BROKERS) or (name.startswith(_OURS) and name not in _HARMLESS)
    )


def without_foreign(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without those."""
    dropped = set(foreign(environ))
    return {name: value for name, value in environ.items() if name not in dropped}


def has_settings_file(directory: Path) -> bool:
    """Whether commands started in this directory would read a cairn.toml of somebody's."""
    return (directory / "cairn.toml").is_file()
