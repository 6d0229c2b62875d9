"""Logs: one event per line on standard error, JSON for machines and colours for a terminal, never with
contact data.

Event names are stable snake_case words (`task_restored`); what varies goes into fields.
"""

import logging
import sys
from collections.abc import Mapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

from stream.runtime.redaction import redact
from stream.runtime.settings import Log


def configure(settings: Log, *, stream: TextIO | None = None, **bound: Any) -> None:
    """Set up logging for this process; call it once, in the command's main.

    Lines of libraries that use the standard library's logging take the same way. `bound` fields (worker=0)
    stand in each line.
    """
    target = stream or sys.stderr
    console = settings.format == "console" or (settings.format == "auto" and target.isatty())
    level = getattr(logging, settings.level.upper())
    shared: list[Processor] = [
        _adding(bound),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Locals of a traceback's frames hold whole contacts: tracebacks are text without them, and masked like
    # any other text.
    rendered: list[Processor] = [structlog.processors.format_exc_info, redact, _renderer(console)]
    structlog.configure(
        processors=[*shared, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=target),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.INFO))  # libraries' debug lines may hold payloads


def _adding(fields: Mapping[str, Any]) -> Processor:
    """Not by `structlog.contextvars`: those are one thread's, and a dispatcher hears its group in another."""

    def add(_logger: object, _method: str, event: EventDict) -> EventDict:
        return {**fields, **event}

    return add


def _renderer(console: bool) -> Processor:
    if console:
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer()
