"""The milestones file, as verbs take it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="The milestones file; by default tracker.milestones.", show_default=False),
]
