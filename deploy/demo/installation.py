"""What a marketer would set up for the demo: milestones, languages and the words in them."""

from __future__ import annotations

from pathlib import Path

from stream.runtime.layers import load
from stream.runtime.settings import Settings


def installation_file() -> Path:
    """The settings file that names all of it; `cairn --config` takes it."""
    return Path(__file__).with_name("cairn.toml")


def installation() -> Settings:
    """The settings in that file alone, whatever the environment says."""
    return load(config=installation_file(), environ={}).settings
