"""librdkafka's own log lines as structured events at the level they deserve."""

import re
from typing import Any

import structlog

# librdkafka's syslog levels arrive as stdlib numbers; what it calls an error is often one lost connection
# that it mends itself.
_LEVELS = {
    "CONFWARN": "debug",  # a producer property given to a consumer: we give both the same on purpose
    "FAIL": "warning",
    "ERROR": "warning",
    "CLOSETOUT": "debug",
    "TERMINATE": "debug",
    "TERM": "debug",
    "GETPID": "debug",
    "REQTMOUT": "info",
    "MAXPOLL": "error",
    "SESSTMOUT": "warning",
    "FATAL": "error",
    "SSL": "error",
}
_THREAD = re.compile(r"^\[thrd:([^\]]*)\]: ")


class ClientLog:
    """Passed to confluent_kafka as `logger`, which calls `log` and nothing else (on poll, in the polling
    thread)."""

    def __init__(self, role: str) -> None:
        self._log: Any = structlog.get_logger("kafka").bind(client=role)

    def log(self, level: int, template: str, *args: Any) -> None:
        """One line: `args` are facility, client instance and text."""
        facility, _instance, text = (*args, "", "", "")[:3]
        name = _LEVELS.get(facility) or _level_name(level)
        if not args:
            text = template
        getattr(self._log, name)("kafka_client", facility=facility, text=_THREAD.sub("", str(text)))


def _level_name(level: int) -> str:
    return "error" if level >= 40 else "warning" if level >= 30 else "info" if level >= 20 else "debug"
