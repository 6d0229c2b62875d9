"""The live view fits every terminal, and what is to be pasted is whole."""

from __future__ import annotations

import io
import shlex

import pytest
from rich.console import Console

from deploy.demo.audit import Balance
from deploy.demo.ledger import Identity
from deploy.demo.pulse import Pulse, bars
from deploy.demo.scene import News, Reached, Scene, Tone, Worker
from deploy.demo.view import draw, wrapped

SCENE = Scene(
    bootstrap="127.0.0.1:24411",
    at=72.4,
    sent=12_411,
    sent_rate=151.6,
    counted_rate=148.2,
    pulse=[10.0, 150.0, 80.0] * 20,
    waiting=431,
    most_waiting=1_212,
    balance=Balance(expected=412, seen=412),
    refused=1,
    repeats=24,
    workers=[
        Worker(0, 4711, "3 partitions", 0),
        Worker(1, None, "killed", 1),
        Worker(None, 4712, "1,412 handled", 0),
    ],
    news=[News(at, f"news {at}", Tone.BLOW) for at in range(30)],
    reached=[Reached(at, f"Somebody {at} reached 100 documents (102)", major=at % 2 == 0) for at in range(90)],
    arrived=[News(at, f"email to Somebody {at}: You reached 10 documents") for at in range(30)],
    received={"email": 40, "web_push": 31, "mobile_push": 9},
    page="http://127.0.0.1:40111/",
    preview=".venv/bin/cairn --config deploy/demo/cairn.toml preview",
    invitation=[".venv/bin/cairn", "events", "send", "--contact", "you", "--event", "project_created"],
)
LINE = ".venv/bin/cairn events send --contact you --event project_created"


def shown(scene: Scene, width: int, height: int) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, height=height, force_terminal=False).print(draw(scene, width, height))
    return out.getvalue().splitlines()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (200, 60), (60, 20), (40, 12)])
def test_it_has_the_size_of_the_terminal(width: int, height: int) -> None:
    """Never a line too many or too wide, so nothing scrolls."""
    lines = shown(SCENE, width, height)
    assert len(lines) <= height
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("scene", [SCENE, Scene(bootstrap="127.0.0.1:1")])
def test_at_80_by_24_everything_is_there(scene: Scene) -> None:
    """The whole height is used, from the first moment on."""
    lines = shown(scene, 80, 24)
    assert len(lines) == 24
    assert lines[-1] == " Ctrl-C stops everything."


def test_the_figures_and_the_line_to_paste_are_readable() -> None:
    """What the demo is about stands there in full at 80 columns."""
    text = "\n".join(shown(SCENE, 80, 24))
    assert f"   {LINE}\n" in text
    assert "expected 412      seen 412          lost 0   twice 0" in text
    assert "no process" in text
    assert "pid 4711" in text
    assert "Somebody 89 reached 100 documents (102)" in text
    assert "news 29" in text


def test_a_fault_is_named() -> None:
    """Unexpected crossings have no column until there is one."""
    identity = Identity("c-1", "documents-10", 1)
    bad = Scene(bootstrap="", balance=Balance(2, 1, (identity,), (), (identity,)))
    text = "\n".join(shown(bad, 80, 24))
    assert "lost 1   twice 0   unexpected 1" in text


def test_a_long_line_is_one_command_when_pasted() -> None:
    """Its lines end in a backslash, so a shell reads the same words."""
    command = ["env", "-u", "KAFKA_BOOTSTRAP_SERVERS", "/a long/path/cairn", "--config", "/tmp/x/cairn.toml", "events"]
    lines = wrapped(command, 40)
    assert len(lines) > 1
    assert max(map(len, lines)) <= 40
    assert shlex.split("\n".join(lines).replace("\\\n", "")) == command


def test_a_rate_is_that_of_the_last_seconds() -> None:
    """Not of the whole run: a stop is seen."""
    pulse = Pulse()
    for second in range(10):
        pulse.look(second, second * 100)
    assert pulse.rate == 100
    for second in range(10, 15):
        pulse.look(second, 900)
    assert pulse.rate == 0


def test_bars_show_the_highest_whole() -> None:
    """And nothing as the lowest block."""
    assert bars([0, 50, 100]) == "▁▅█"
    assert bars([0.0, 0.0]) == "▁▁"


def test_the_reaction_has_a_row_and_a_tall_terminal_the_preview() -> None:
    """A small one needs the lines for what happens."""
    tall, small = shown(SCENE, 80, 40), shown(SCENE, 80, 24)
    for lines in (tall, small):
        assert any(line.startswith(" reaction   pid 4712") and "1,412 handled" in line for line in lines)
    assert any(line.endswith(SCENE.preview) for line in tall)
    assert not any("preview" in line for line in small)
