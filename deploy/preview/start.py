"""From settings and files to a preview that can be served."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from deploy.preview.app import Preview
from deploy.preview.fault import Fault
from deploy.preview.settings import preview_settings
from deploy.preview.workspace import Sources, Workspace
from stream.runtime.settings import Settings
from templates.checking.check import check


def mistakes_in(folder: Path) -> list[Fault]:
    """Return the mistakes in own templates. Raises `CairnError` when the folder cannot be read."""
    return [Fault(each.where, each.message, each.hint) for each in check(folder)]


def workspace_of(settings: Settings, sources: Sources, root: str, key: str) -> Workspace:
    """Return the workspace under the preview's own address `root`."""
    return Workspace(preview_settings(settings, root, key), sources, mistakes_in)


def preview_of(settings: Settings, sources: Sources, root: str) -> Preview:
    """Return the preview, with a key that nothing else has."""
    workspace = workspace_of(settings, sources, root, secrets.token_hex(32))
    return Preview(workspace, settings, lambda: time.time_ns() // 1_000_000)
