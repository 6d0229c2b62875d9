"""The dispatchers on the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from deploy.cli.dispatcher import RENDERER, SENDERS, named, run_channel
from deploy.cli.extras import not_installed
from schemas.channel import CHANNELS
from stream.runtime.child import Child
from stream.runtime.exits import Exit
from stream.runtime.settings import Settings
from tests.deploy.cli.conftest import Without

Cairn = Callable[..., Any]


def test_each_channel_has_its_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker of a channel runs its own sender, made of the settings and the renderer, under its own section."""
    settings, ran = Settings(), []
    for name in (*SENDERS.values(), RENDERER):
        module, _, function = name.partition(":")
        fake = ModuleType(module)
        setattr(fake, function, lambda *given, name=name: (name, *given))
        monkeypatch.setitem(sys.modules, module, fake)

    def run(given: Settings, section: Any, channel: str, make_sender: Callable[[], Any], _child: Child) -> Exit:
        ran.append((given, section, channel, make_sender()))
        return Exit.OK

    monkeypatch.setattr("channels.dispatch.run.run_dispatcher", run)

    assert list(SENDERS) == list(CHANNELS)
    assert [run_channel(settings, channel, Child(None)) for channel in CHANNELS] == [Exit.OK] * 3
    assert ran == [
        (settings, getattr(settings, channel), channel, (SENDERS[channel], settings, (RENDERER, settings)))
        for channel in CHANNELS
    ]


def test_a_name_is_a_module_and_a_function() -> None:
    """As in entry points."""
    assert named("os.path:join")("a", "b") == "a/b"


def test_a_library_that_is_not_installed_is_named(without: Without) -> None:
    """A production install without the channels is told what to install, and is no fault of ours."""
    without("aiosmtplib", "channels.email")

    with pytest.raises(ModuleNotFoundError) as missing:
        named(SENDERS["email"])

    told = not_installed(missing.value)
    assert told is not None
    assert (told.exit, told.fix) == (Exit.USAGE, 'pip install "cairn-milestones[channels]"')
    assert "aiosmtplib" in told.what


@pytest.mark.parametrize("channel", ["email", "web-push", "mobile-push"])
def test_no_broker_is_exit_4(cairn: Cairn, channel: str) -> None:
    """No worker is started while no broker can be reached."""
    outcome = cairn("run", channel, "--bootstrap", "127.0.0.1:1", "--json")

    assert (outcome.code, outcome.error["exit"]) == (4, 4)


@pytest.mark.system
def test_missing_topics_are_exit_3(cairn: Cairn, own_kafka: str) -> None:
    """No worker is started before the topics are as they must be; the error says what to run."""
    outcome = cairn("run", "email")

    assert outcome.code == 3
    assert "cairn topics apply" in outcome.err
