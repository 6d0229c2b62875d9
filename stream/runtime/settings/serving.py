"""What a process says of itself: health and metrics on a port, lines in a log."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from stream.runtime.settings.section import Section


def _port(value: Any) -> Any:
    return None if value == "off" or value is False else value


class Http(Section):
    """The one port of a supervisor: health and metrics of all its workers."""

    host: str = Field(default="127.0.0.1", min_length=1, description="Address to listen on; 0.0.0.0 in a container.")
    port: Annotated[int | None, BeforeValidator(_port)] = Field(
        default=9464, ge=0, le=65535, description="Port; 0 picks a free one, off serves none."
    )


class Log(Section):
    """What is written to standard error."""

    format: Literal["auto", "json", "console"] = Field(
        default="auto", description="auto: console on a terminal, JSON elsewhere."
    )
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least serious lines to write."
    )
