"""What a worker of `cairn run` is; also the section of the settings that it is set by."""

from __future__ import annotations

from typing import Literal

Role = Literal["tracker", "planner", "email", "web_push", "mobile_push", "portal", "reactions"]
