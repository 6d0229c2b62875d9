"""A supervisor with its port: what `cairn run … --workers N` runs."""

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext

import structlog

from stream.runtime import health
from stream.runtime.collect import exposition
from stream.runtime.exits import Exit
from stream.runtime.figures import Figures
from stream.runtime.http_server import HealthServer
from stream.runtime.settings import Group, Settings
from stream.runtime.supervisor import Supervisor


def supervise(settings: Settings, workers: Group, command_for: Callable[[int], Sequence[str]]) -> Exit:
    """Run `workers.workers` processes and serve their health and metrics until a signal stops them.

    Raises:
        PortError: http.port cannot be listened on; no worker was started.
        WorkerGaveUpError: a worker met what no restart mends.
    """
    figures = Figures()
    bounds = health.Bounds.of(workers)
    supervisor = Supervisor(
        command_for,
        workers.workers,
        drain_seconds=workers.drain,
        figures=figures,
        stuck=lambda view, now: health.stuck(view, now, bounds),
    )
    server = health_server(settings, workers, figures)
    with server or nullcontext():
        if server is not None:
            structlog.get_logger("supervisor").info("listening", host=server.host, port=server.port)
        return supervisor.run()


def health_server(settings: Settings, workers: Group, figures: Figures) -> HealthServer | None:
    """The server of /livez, /readyz, /startupz and /metrics over these figures; None when http.port is off.

    Raises:
        PortError: http.port cannot be listened on.
    """
    if settings.http.port is None:
        return None
    bounds = health.Bounds.of(workers)
    return HealthServer(
        settings.http.host,
        settings.http.port,
        verdicts={
            "livez": lambda: health.livez(figures.views(), time.monotonic(), bounds),
            "readyz": lambda: health.readyz(figures.views(), stopping=figures.stopping),
            "startupz": lambda: health.startupz(figures.views()),
        },
        metrics=exposition(figures),
    )
