"""Logs: one event per line on standard error, JSON for machines and colours for a terminal, never with
contact data.

Event names are stable snake_case words (`task_restored`); what varies goes into fields. A warning or an error that
repeats is said once, and then how often it came (`repeats.py`): every loop may complain as it likes.
"""

import logging
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

from stream.runtime.redaction import redact
from stream.runtime.repeats import Repeats
from stream.runtime.settings import Log

_REPEATING = frozenset({"warning", "error", "critical"})
"""The levels whose lines are held back when they repeat."""
_CHATTY = frozenset({"kafka_client", "offsets_not_committed"})
"""Events that repeat at lower levels too, as often as a client retries."""


def configure(settings: Log, *, stream: TextIO | None = None, **bound: Any) -> None:
    """Set up logging for this process; call it once, in the command's main.

    Lines of libraries that use the standard library's logging take the same way. `bound` fields (worker=0)
    stand in each line.
    """
    target = stream or sys.stderr
    console = settings.format == "console" or (settings.format == "auto" and target.isatty())
    level = getattr(logging, settings.level.upper())
    repeats = Repeats(time.monotonic, _later)
    shared: list[Processor] = [
        _adding(bound),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Locals of a traceback's frames hold whole contacts: tracebacks are text without them, and masked like
    # any other text.
    rendered: list[Processor] = [structlog.processors.format_exc_info, redact, _renderer(console)]
    structlog.configure(
        processors=[_without_repeats(repeats), *shared, *rendered],
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
    handler.addFilter(_Unrepeated(repeats))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.INFO))  # libraries' debug lines may hold payloads


def _adding(fields: Mapping[str, Any]) -> Processor:
    """Not by `structlog.contextvars`: those are one thread's, and a dispatcher hears its group in another."""

    def add(_logger: object, _method: str, event: EventDict) -> EventDict:
        return {**fields, **event}

    return add


def _without_repeats(repeats: Repeats) -> Processor:
    def pass_on(_logger: object, method: str, event: EventDict) -> EventDict:
        """Let a line through, or drop it and have it told later."""
        name = str(event.get("event"))
        if "repeated" in event or not (method in _REPEATING or name in _CHATTY):
            return event
        # The exception of this moment is another's by the time the count is told.
        fields = {key: value for key, value in event.items() if key not in ("event", "exc_info")}

        def tell(times: int, within: float) -> None:
            getattr(structlog.get_logger(), method)(name, **fields, repeated=times, within=within)

        if not repeats.passes(name, method, fields, tell):
            raise structlog.DropEvent
        return event

    return pass_on


class _Unrepeated(logging.Filter):
    """The same for lines of libraries, which do not pass the processors of structlog before they are formatted."""

    def __init__(self, repeats: Repeats) -> None:
        super().__init__()
        self._repeats = repeats

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is to be written now."""
        if record.levelno < logging.WARNING or hasattr(record, "repeated"):
            return True
        text, level, name = record.getMessage(), record.levelno, record.name

        def tell(times: int, within: float) -> None:
            said = "%s (repeated %d times within %g s)"
            logging.getLogger(name).log(level, said, text, times, within, extra={"repeated": times})

        return self._repeats.passes(f"{name}: {record.msg}", record.levelname, {"text": text}, tell)


def _later(seconds: float, call: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()


def _renderer(console: bool) -> Processor:
    if console:
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer()
