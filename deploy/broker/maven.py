"""The Maven repositories, reached through jgo: the only importer of it.

The addresses are jgo's own (Maven Central), after the mirrors that the user's jgo settings name.
"""

import errno
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deploy.broker.errors import BrokerError

# Seconds between tries: a line that drops for a moment should not end a first start.
_WAITS = (0.5, 2.0)


class Maven:
    """Fetches jars by their coordinates into `folder`, laid out as a Maven repository. Safe to use from
    several threads, inside its `with` block.

    While the block lasts this process trusts the machine's own list of authorities, as pip does: the one that
    requests brings along does not know those of a company's proxy. No longer: each new connection, one that a server
    accepts too, would read that list once more (OpenSSL keeps all of them: a hundred connections at once took 17 s).

    `on_bytes(n)` is called as bytes arrive, in the thread that fetches. Raises `BrokerError` when jgo is
    not installed.
    """

    def __init__(self, folder: Path, on_bytes: Callable[[int], None] | None = None) -> None:
        try:
            import truststore
            from jgo.config import GlobalSettings
            from jgo.maven import MavenContext, PythonResolver
        except ImportError as error:
            raise BrokerError(
                f"the embedded broker needs the Python package jgo to fetch its jars: {error}",
                fix="install Cairn with its broker: pip install 'cairn-milestones[broker]'",
            ) from error

        self._truststore = truststore

        @contextmanager
        def counting(name: str, size: int) -> Iterator[Callable[[int], None]]:
            del name, size
            yield on_bytes if on_bytes is not None else _uncounted

        settings = GlobalSettings.load()
        # The user's own Maven repository is read, never written.
        near: Any = MavenContext(PythonResolver(progress_callback=counting), folder, [settings.repo_cache])
        near.remote_repos = {**settings.repositories, **near.remote_repos}
        self._near = near
        self._far: Any = MavenContext(near.resolver, folder, [], near.remote_repos)

    def __enter__(self) -> Self:
        self._truststore.inject_into_ssl()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._truststore.extract_from_ssl()

    def fetch(self, coordinates: str, *, anew: bool = False) -> Path:
        """The jar's file: from `folder`, the user's own Maven repository, or downloaded. `anew` always
        downloads.

        What comes back may be half a file or another file: the caller checks it. Raises `BrokerError`
        when there is no way to get it.
        """
        group, name, version = coordinates.split(":")
        context = self._far if anew else self._near
        artifact = context.project(group, name).at_version(version).artifact()
        if anew:
            artifact.cached_path.unlink(missing_ok=True)
        waits = iter(_WAITS)
        while True:
            try:
                return Path(artifact.resolve())
            except (OSError, RuntimeError) as error:  # the errors of requests are OSErrors
                wait = next(waits, None)
                if wait is None or _disk_full(error):
                    raise _unreachable(coordinates, error) from error
            # What a broken connection left behind would pass for the jar.
            artifact.cached_path.unlink(missing_ok=True)
            time.sleep(wait)

    def closure(self, coordinates: str) -> list[str]:
        """Coordinates of the jar itself and of all it needs at run time, by its own declarations."""
        group, name, version = coordinates.split(":")
        root = self._near.project(group, name).at_version(version).artifact()
        from jgo.maven import Dependency

        inputs, needed = self._near.resolver.resolve([Dependency(root)])
        return [f"{each.groupId}:{each.artifactId}:{each.version}" for each in (*inputs, *needed)]


def _uncounted(count: int) -> None:
    del count


def _disk_full(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno == errno.ENOSPC


def _unreachable(coordinates: str, error: Exception) -> BrokerError:
    if _disk_full(error):
        return BrokerError(
            f"the disk is full: {coordinates} could not be stored",
            where=str(getattr(error, "filename", None) or "the cache directory"),
            fix="free some 200 MB, or name another place with CAIRN_CACHE_DIR; what has arrived is kept",
        )
    return BrokerError(
        f"cannot download {coordinates}, a part of Apache Kafka",
        where=str(error),
        fix="the first start needs a network: check it, and HTTPS_PROXY behind a proxy, then start again "
        "(what has arrived is kept); a Maven mirror goes into [repositories] of ~/.config/jgo.conf",
    )
