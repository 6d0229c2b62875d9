"""Where a verb that writes records writes them to: the configured brokers, or those that run on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deploy.cli.invocation import Invocation
    from stream.runtime.settings import Settings


def destination(invocation: Invocation) -> tuple[Settings, str]:
    """The settings to send with, and whose brokers those are in words, to be put behind their address.

    Without configured brokers the `cairn demo` or `cairn broker` that runs on this machine is taken.
    """
    from deploy.broker import find_announcement

    loaded = invocation.loaded()
    if loaded.origin("kafka.bootstrap_servers").kind != "default":
        return loaded.settings, ""
    announcement = find_announcement()
    if announcement is None:
        return loaded.settings, ""
    running: dict[str, object] = {"kafka.bootstrap_servers": announcement.bootstrap_servers}
    if loaded.origin("topics.prefix").kind == "default":
        running["topics.prefix"] = announcement.topic_prefix
    return invocation.loaded(running).settings, ", the broker that runs on this machine"
