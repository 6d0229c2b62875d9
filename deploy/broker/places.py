"""Where the embedded broker keeps things between runs."""

import os
from collections.abc import Mapping
from pathlib import Path


def cache_root(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's cache: `CAIRN_CACHE_DIR`, else `$XDG_CACHE_HOME/cairn`, else `~/.cache/cairn`."""
    if own := environ.get("CAIRN_CACHE_DIR"):
        return Path(own).expanduser().absolute()
    # The XDG rule: a relative XDG_CACHE_HOME is to be ignored.
    shared = Path(environ.get("XDG_CACHE_HOME", ""))
    return (shared if shared.is_absolute() else Path.home() / ".cache") / "cairn"
