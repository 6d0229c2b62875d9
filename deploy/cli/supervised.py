"""The workers of a role under their supervisor, as every verb of `cairn run` starts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deploy.cli.role import Role
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.invocation import Invocation
    from stream.runtime.layers import Loaded
    from stream.runtime.settings import Group


def common_options(invocation: Invocation, http_port: str | None) -> dict[str, Any]:
    """Return the settings that the options of every verb give, by dotted key; None: not given."""
    return {"http.port": http_port, "log.format": "json" if invocation.as_json else None}


def supervise_role(
    invocation: Invocation,
    loaded: Loaded,
    options: dict[str, Any],
    role: Role,
    workers: Group,
    *,
    modules: tuple[str, ...] = (),
) -> Exit:
    """Run the workers until a signal stops them; each gets `options` and `modules`. Raises as `supervise`."""
    from deploy.cli.worker_order import WorkerOrder
    from stream.runtime.logs import configure
    from stream.runtime.supervise import supervise

    order = WorkerOrder(
        config=str(loaded.file.absolute()) if loaded.file else None,
        options={"kafka.bootstrap_servers": invocation.bootstrap, **options},
        role=role,
        modules=modules,
    )
    configure(loaded.settings.log)
    return supervise(loaded.settings, workers, lambda _index: order.command())
