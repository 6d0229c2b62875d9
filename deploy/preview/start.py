"""From settings and files to a preview that can be served."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.preview.app import Preview
from deploy.preview.fault import Fault
from deploy.preview.settings import preview_settings
from deploy.preview.workspace import Sources, Workspace
from stream.runtime.settings import Settings
from templates.checking.check import check
from templates.languages.languages import Languages, known


def mistakes_in(folder: Path, languages: Sequence[str]) -> list[Fault]:
    """Return the mistakes in own templates and catalogues.

    Raises:
        CairnError: the folder cannot be read, or a language is none.
    """
    found = check(folder, Languages(known(languages), folder))
    return [Fault(each.where, each.message, each.hint) for each in found]


def workspace_of(settings: Settings, sources: Sources, root: str, key: str) -> Workspace:
    """Return the workspace under the preview's own address `root`."""
    languages = settings.templates.languages
    return Workspace(preview_settings(settings, root, key), sources, lambda folder: mistakes_in(folder, languages))


def preview_of(settings: Settings, sources: Sources, root: str) -> Preview:
    """Return the preview, with a key that nothing else has."""
    workspace = workspace_of(settings, sources, root, secrets.token_hex(32))
    return Preview(workspace, settings, lambda: time.time_ns() // 1_000_000)
