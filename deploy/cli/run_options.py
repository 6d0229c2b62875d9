"""The options that the verbs of `cairn run` share."""

from __future__ import annotations

from typing import Annotated

import typer

HttpPort = Annotated[
    str | None,
    typer.Option(metavar="PORT", help="Health and metrics; 0 picks a port, off serves none.", show_default=False),
]
