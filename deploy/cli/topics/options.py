"""The options that the verbs of `cairn topics` share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class RoleName(StrEnum):
    """The roles as `cairn run` names them."""

    TRACKER = "tracker"
    PLANNER = "planner"
    EMAIL = "email"
    WEB_PUSH = "web-push"
    MOBILE_PUSH = "mobile-push"
    PORTAL = "portal"
    REACTIONS = "reactions"


Roles = Annotated[
    list[RoleName] | None,
    typer.Option(
        "--role", help="Only the topics that this role reads and writes; may be repeated.", show_default=False
    ),
]
