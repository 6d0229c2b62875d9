"""Puts the native accelerator into a wheel where cargo is; without it the wheel is pure Python, and says so."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))

from stream.native.build import BuildError, build


class AcceleratorHook(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling for `[tool.hatch.build.targets.wheel.hooks.custom]`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the extension for a wheel; a checkout that is worked in has `make native` for it."""
        if version == "editable":
            return
        try:
            built = build()
        except BuildError as error:
            self.app.display_warning(f"This wheel is pure Python, without the native accelerator: {error}")
            return
        build_data["pure_python"] = False
        build_data["force_include"][str(built)] = f"stream/native/{built.name}"
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"cp311-abi3-{platform}"
