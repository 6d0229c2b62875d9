"""From settings and files to a preview that can be served."""

from __future__ import annotations

import secrets
import time

from deploy.preview.app import Preview
from deploy.preview.settings import preview_settings
from deploy.preview.workspace import Sources, Workspace
from stream.runtime.settings import Settings


def workspace_of(settings: Settings, sources: Sources, root: str, key: str) -> Workspace:
    """Return the workspace under the preview's own address `root`."""
    return Workspace(preview_settings(settings, root, key), sources)


def preview_of(settings: Settings, sources: Sources, root: str) -> Preview:
    """Return the preview, with a key that nothing else has."""
    workspace = workspace_of(settings, sources, root, secrets.token_hex(32))
    return Preview(workspace, settings, lambda: time.time_ns() // 1_000_000)
