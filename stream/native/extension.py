"""Finds the native extension, if it was built for this installation."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import NamedTuple

from schemas.errors import CairnError
from stream.runtime.exits import Exit

_NAME = "stream.native.cairn_native"


class Found(NamedTuple):
    """The extension, or in words why there is none."""

    module: ModuleType | None
    why_not: str | None = None


def find() -> Found:
    """Import the extension."""
    try:
        return Found(import_module(_NAME))
    except ModuleNotFoundError as error:
        if error.name != _NAME:
            raise
        return Found(None, "the extension is not built: `make native` builds it where cargo is")
    except ImportError as error:  # built for another system, or another Python
        return Found(None, f"the extension cannot be loaded: {error}")


def choose(wanted: str) -> Found:
    """Return the extension as the setting `tracker.accelerator` wants it: auto, off or required.

    Raises:
        CairnError: USAGE, it is required and there is none.
    """
    if wanted == "off":
        return Found(None, "tracker.accelerator is off")
    found = find()
    if wanted == "required" and found.module is None:
        raise CairnError(
            f"the native accelerator is required: {found.why_not}",
            where="tracker.accelerator",
            fix="install the wheel or image that has it, or set tracker.accelerator to auto: Python counts the same",
            exit=Exit.USAGE,
        )
    return found
