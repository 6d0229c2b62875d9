"""What a channel is run with, by name: its sender and the renderer, and the runtime that all dispatchers share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from schemas.channel import Channel
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from channels.dispatch.sender import Sender
    from stream.runtime.child import Child
    from stream.runtime.settings import Settings

SENDERS: Mapping[Channel, str] = MappingProxyType(
    {
        "email": "channels.email.sender:make_sender",
        "web_push": "channels.web_push.sender:make_sender",
        "mobile_push": "channels.mobile_push.sender:make_sender",
    }
)
"""What makes each channel's sender of settings and renderer. By name, so that no channel loads another's libraries."""
RENDERER = "channels.render.make:make_renderer"
"""What makes the renderer of the settings."""


def run_channel(settings: Settings, channel: Channel, child: Child) -> Exit:
    """Run one worker of this channel's dispatcher until it is told to stop.

    Raises:
        CairnError: with the exit code of what stopped it, as settings or templates that cannot be used.
    """
    from channels.dispatch.run import run_dispatcher

    renderer = named(RENDERER)(settings)
    make_sender: Callable[[], Sender] = partial(named(SENDERS[channel]), settings, renderer)
    return run_dispatcher(settings, getattr(settings, channel), channel, make_sender, child)


def named(name: str) -> Callable[..., Any]:
    """Return what `module:function` names.

    Raises:
        ModuleNotFoundError: a library that it needs is not installed.
    """
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found
