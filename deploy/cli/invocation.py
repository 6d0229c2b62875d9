"""What one run of `cairn` was asked for: the global options, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.cli.output import Output

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from stream.runtime.layers import Loaded
    from stream.runtime.settings import Settings


_OPTION_NAMES = {
    "kafka.bootstrap_servers": "--bootstrap",
    "http.port": "--http-port",
    "log.format": "--json",
}
"""Options that are not spelled like their setting: errors and `config show` name what the user has typed."""


@dataclass
class Invocation:
    """The global options of one command line. Settings are read, and brokers dialled, when a verb asks for them."""

    config: Path | None = None
    bootstrap: str | None = None
    as_json: bool = False
    out: Output = field(init=False)

    def __post_init__(self) -> None:
        self.out = Output(as_json=self.as_json)

    def narrowed(self, *, config: Path | None, bootstrap: str | None, as_json: bool) -> Invocation:
        """The same with the options given behind the verb; those win over the ones before it."""
        return Invocation(
            config=config or self.config,
            bootstrap=bootstrap or self.bootstrap,
            as_json=as_json or self.as_json,
        )

    def loaded(self, options: Mapping[str, object] | None = None) -> Loaded:
        """The settings with their origins; `options` are further ones by dotted key, None meaning not given."""
        from stream.runtime.layers import load

        return load(
            config=self.config,
            options={"kafka.bootstrap_servers": self.bootstrap, **(options or {})},
            option_names=_OPTION_NAMES,
        )

    def clients(self, settings: Settings) -> Clients:
        """Kafka clients, once a broker has answered; raises `CairnError` (exit 4) when none does."""
        from deploy.cli.clients import Clients

        return Clients(settings)
